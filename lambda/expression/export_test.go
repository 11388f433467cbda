package expression

// Decode makes the conditions of a set decode fields before they compare them.
func Decode(set *Set) { set.decodes = true }
