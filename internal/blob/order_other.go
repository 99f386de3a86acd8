//go:build !linux

package blob

import "os"

func ordered(*os.File) bool { return false }

func boot() string { return "" }
