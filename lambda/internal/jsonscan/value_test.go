package jsonscan

import "testing"

// A list that was computed and an equal one that was read have the same text.
func TestCanonical(t *testing.T) {
	for _, text := range []string{
		`[1,"a",null,true]`, `[]`, `[1e21,-0.0,1.50,0.0000001]`, `{"a":[{"b":1E2}],"c":"<&>"}`,
	} {
		read := Value{Type: Composite, Text: text}
		computed, err := read.Decode()
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := read.Canonical()
		if got, ok, again := Canonical(computed); !ok || err != nil || again != nil || got != want {
			t.Errorf("%s: computed it is %q (%v), read %q (%v)", text, got, again, want, err)
		}
	}
}
