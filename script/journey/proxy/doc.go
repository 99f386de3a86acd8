// Package proxy takes the settings of each proxy out of the guide, as its reader would, and
// uses homes behind the real programs. Its test runs where ALLOD_PROXY is set, by
// script/journey/proxy/run.
package proxy
