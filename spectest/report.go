package spectest

import "fmt"

// Faults returns what the specification says and nothing that was recorded has shown, and the changes to it that nothing would tell from it,
// each as "place: text". Explained has the reason for those at a place, and a reason that explains none is a fault itself.
func (s *Specification) Faults(explained map[string]string) (faults []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	used := map[string]bool{}
	for _, f := range append(s.findings(), s.survivors()...) {
		if used[f.place] = true; explained[f.place] == "" {
			faults = append(faults, f.place+": "+f.text)
		}
	}
	for _, at := range sorted(explained) {
		if !used[at] {
			faults = append(faults, fmt.Sprintf("%s: it is explained (%s), and there is nothing to explain", at, explained[at]))
		}
	}
	return faults
}
