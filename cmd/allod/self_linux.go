package main

// executable is the path by which the program starts itself: the running
// file, even where a newer one has taken its place.
func executable() (string, error) { return "/proc/self/exe", nil }
