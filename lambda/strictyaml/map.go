package strictyaml

import "reflect"

// Text is a text that must be read exactly as it looks in the file, such as a
// condition. A comment after it is a problem, unless the text is in quotes.
type Text string

// Map is a mapping with free keys that keeps the order of the file.
type Map[V any] []Entry[V]

// Entry is one key and value of a Map.
type Entry[V any] struct {
	Key   string
	Value V
}

// Get returns the value of key.
func (m Map[V]) Get(key string) (V, bool) {
	for _, entry := range m {
		if entry.Key == key {
			return entry.Value, true
		}
	}
	var none V
	return none, false
}

// Keys returns the keys in the order of the file.
func (m Map[V]) Keys() []string {
	keys := make([]string, len(m))
	for i, entry := range m {
		keys[i] = entry.Key
	}
	return keys
}

// MapValue returns the type of the values of a Map; ok is false for other types.
func MapValue(t reflect.Type) (value reflect.Type, ok bool) {
	if !reflect.PointerTo(t).Implements(reflect.TypeFor[mapping]()) {
		return nil, false
	}
	field, _ := t.Elem().FieldByName("Value")
	return field.Type, true
}

func (m *Map[V]) add(key string) reflect.Value {
	*m = append(*m, Entry[V]{Key: key})
	return reflect.ValueOf(&(*m)[len(*m)-1].Value).Elem()
}
