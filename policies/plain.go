//go:build !compiled

package policies

const compiled = "" // the files are compiled each time
