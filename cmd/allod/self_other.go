//go:build !linux

package main

import "os"

// executable is the path by which the program starts itself.
func executable() (string, error) { return os.Executable() }
