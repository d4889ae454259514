package livekit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// merge sets two keys in the object that the text holds. It is written by hand, because encoding/json would escape and
// compact the values of all other keys, which are none of ours.
func merge(metadata, accessLevel string, configuration json.RawMessage) (string, error) {
	if !json.Valid(configuration) {
		return "", errors.New("the configuration is not JSON")
	}
	level, err := json.Marshal(accessLevel)
	if err != nil {
		return "", fmt.Errorf("encoding the access level: %w", err)
	}
	if metadata == "" {
		metadata = "{}"
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(metadata), &members) != nil || members == nil {
		return "", errors.New("the metadata is not a JSON object")
	}
	members["access_level"], members["configuration"] = level, configuration
	written := make([]string, 0, len(members))
	for _, key := range slices.Sorted(maps.Keys(members)) {
		name, err := json.Marshal(key)
		if err != nil {
			return "", fmt.Errorf("encoding a key: %w", err)
		}
		written = append(written, string(name)+":"+string(members[key]))
	}
	return "{" + strings.Join(written, ",") + "}", nil
}
