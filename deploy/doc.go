// Package deploy holds the tests of what operators deploy: the Helm chart, rendered and decoded as a cluster would, and compose.yaml. It
// is a module of its own, as the libraries of Helm, Kubernetes and Compose are no business of the program.
package deploy
