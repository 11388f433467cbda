package s3source

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// split gives parts of a span away, whose last page began with first and ended at
// s.after: it returns disjoint spans that cover s.
//
// Where keys branch is not known, so it is probed, with requests for one key. For
// each character that all keys of the last page share, it asks for what comes behind
// the keys with that character: the next day behind 2026/11/25, say, or the next
// hash behind 3. Where there is something, keys with more characters of the same
// kind (digits, small letters, …) are asked for, too. Each probe that found a key of
// its own starts a span. A bad guess costs a request, never an object.
func (l *lister) split(ctx context.Context, s span, first string) ([]span, error) {
	last := s.after
	var probes []string
	start := max(len(s.prefix), common(last, s.until))
	for at := start; at < min(len(last), max(common(first, last), start+1)); at++ {
		if characters := behind(last[at]); len(characters) > 0 {
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
			for _, character := range behind(rest[0]) {
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

// landmark is a probe that found a key: nothing lies between the two.
type landmark struct{ after, key string }

// probe asks for the first key after each of some points within a span.
func (l *lister) probe(ctx context.Context, s span, points []string) ([]landmark, error) {
	var mutex sync.Mutex
	var found []landmark
	var failure error
	var asked sync.WaitGroup
	for _, point := range points {
		if point <= s.after || s.until != "" && point >= s.until {
			continue
		}
		asked.Go(func() {
			objects, _, err := l.request(ctx, span{prefix: s.prefix, after: point}, 1)
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				failure = err
			} else if len(objects) > 0 && (s.until == "" || objects[0].key <= s.until) {
				found = append(found, landmark{point, objects[0].key})
			}
		})
	}
	asked.Wait()
	return found, failure
}

// cut cuts a span at landmarks. Of those that found the same key the last one says
// most about where it begins.
func cut(s span, found []landmark) []span {
	slices.SortFunc(found, func(a, b landmark) int { return strings.Compare(a.after, b.after) })
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

// kinds are characters that keys count in.
var kinds = []string{"0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"}

// behind are the characters that keys of the same make may have in the place of one:
// those of its kind behind it, and one for whatever is behind the kind. Of others,
// such as a slash, keys have one only.
func behind(character byte) []string {
	for _, kind := range kinds {
		if at := strings.IndexByte(kind, character); at >= 0 {
			return append(strings.Split(kind[at+1:], ""), string(rune(kind[len(kind)-1]+1)))
		}
	}
	return nil
}
