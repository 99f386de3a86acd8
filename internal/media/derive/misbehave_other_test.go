//go:build !linux

package derive

func misbehave(string) {}
