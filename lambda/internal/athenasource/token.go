package athenasource

import (
	"crypto/rand"
	"encoding/hex"
)

// newToken is a token that no other query has.
func newToken() string {
	var random [32]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}
