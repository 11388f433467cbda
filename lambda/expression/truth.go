package expression

// truth is what a condition is for a row.
type truth uint8

const (
	no      truth = iota
	yes           // the row matches
	unknown       // something compared is nil
	failed        // the row's error says why
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// test is a condition, or a part of one, ready to run.
type test func(*Row) truth

// both is "and": no if one side is no, whatever the other one is.
func both(left, right test) test {
	return func(row *Row) truth {
		first := left(row)
		if first == no || first == failed {
			return first
		}
		second := right(row)
		if first == unknown && second == yes {
			return unknown
		}
		return second
	}
}

// either is "or": yes if one side is yes, whatever the other one is.
func either(left, right test) test {
	return func(row *Row) truth {
		first := left(row)
		if first == yes || first == failed {
			return first
		}
		second := right(row)
		if first == unknown && second == no {
			return unknown
		}
		return second
	}
}

func negation(of test) test {
	return func(row *Row) truth {
		switch result := of(row); result {
		case yes:
			return no
		case no:
			return yes
		default:
			return result
		}
	}
}
