// Package app is the plan of the house: it builds each part once, says what follows from what, and starts and stops it.
package app
