package s3source

import (
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// split gives parts of a span away, whose last page began with first and ended at
// s.after: it returns disjoint spans that cover s.
//
// Where keys branch is not known, so it is probed with requests for one key each. The first
// round replaces each character that all keys of the last page share by the next one of its
// range (digits, small letters, …) and asks for the first key after that: after 2026/11/25 it
// probes 2026/11/26. Where that finds a key with the same beginning, a second round tries the
// later characters of the range. Each probe that finds a key of its own starts a span. A wrong
// guess costs a request, never an object.
func (l *lister) split(ctx context.Context, s span, first string) ([]span, error) {
	last := s.after
	var probes []string
	start := max(len(s.prefix), common(last, s.until))
	for at := start; at < min(len(last), max(common(first, last), start+1)); at++ {
		if characters := successors(last[at]); len(characters) > 0 {
			probes = append(probes, last[:at]+characters[0])
		}
	}
	found, err := l.probe(ctx, s, probes)
	if err != nil {
		return nil, err
	}
	probes = nil
	for _, point := range found {
		stem := point.after[:len(point.after)-1]
		if rest, branches := strings.CutPrefix(point.key, stem); branches && rest != "" {
			for _, character := range successors(rest[0]) {
				probes = append(probes, stem+character)
			}
		}
	}
	more, err := l.probe(ctx, s, probes)
	if err != nil {
		return nil, err
	}
	return cut(s, append(found, more...)), nil
}

// probeHit is a probe that found a key: no key lies between the two.
type probeHit struct{ after, key string }

// probe asks for the first key after each of some points within a span.
func (l *lister) probe(ctx context.Context, s span, points []string) ([]probeHit, error) {
	var mutex sync.Mutex
	var found []probeHit
	var asked errgroup.Group
	for _, point := range points {
		if point <= s.after || s.until != "" && point >= s.until {
			continue
		}
		asked.Go(func() error {
			objects, _, err := l.request(ctx, span{prefix: s.prefix, after: point}, 1)
			if len(objects) > 0 && (s.until == "" || objects[0].key <= s.until) {
				mutex.Lock()
				defer mutex.Unlock()
				found = append(found, probeHit{point, objects[0].key})
			}
			return err
		})
	}
	err := asked.Wait()
	return found, err
}

// cut cuts a span at the keys that probes found. Of those that found the same key the last one says
// most about where it begins.
func cut(s span, found []probeHit) []span {
	slices.SortFunc(found, func(a, b probeHit) int { return strings.Compare(a.after, b.after) })
	parts := []span{s}
	for i, point := range found {
		if i+1 < len(found) && found[i+1].key == point.key {
			continue
		}
		parts[len(parts)-1].until = point.after
		parts = append(parts, span{prefix: s.prefix, after: point.after, until: s.until})
	}
	return parts
}

// common is the length of the text that two keys start with.
func common(a, b string) int {
	length := min(len(a), len(b))
	for i := range length {
		if a[i] != b[i] {
			return i
		}
	}
	return length
}

// characterRanges are characters that keys count in.
var characterRanges = []string{"0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"}

// successors are the characters that other keys may have in the place of one: the later ones of
// its range, and one for whatever comes after the range. A character of no range, such as a
// slash, has none.
func successors(character byte) []string {
	for _, characters := range characterRanges {
		if at := strings.IndexByte(characters, character); at >= 0 {
			return append(strings.Split(characters[at+1:], ""), string(rune(characters[len(characters)-1]+1)))
		}
	}
	return nil
}
