// Package doctor breaks real homes in the ways in which they break, and reads what
// "allod doctor" says. Its test runs where ALLOD_DOCTOR is set, by
// script/journey/doctor/run.
package doctor
