//go:build profile

package main

import (
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

// Built with the tag profile, the program writes a CPU profile of itself to standard output until it gets SIGUSR1: that is how
// profile.pgo is made, by which `make build` optimizes (docs/contributing.md, "One test, and one number").
func init() {
	if err := pprof.StartCPUProfile(os.Stdout); err != nil {
		panic(err)
	}
	enough := make(chan os.Signal, 1)
	signal.Notify(enough, syscall.SIGUSR1)
	go func() { <-enough; pprof.StopCPUProfile() }()
}
