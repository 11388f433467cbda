package expression_test

import (
	"fmt"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// A field that a record does not have matches nothing, also behind not.
func ExampleSet_Condition() {
	set := expression.NewSet(expression.JSON)
	condition, _ := set.Condition(`not (status == "paid")`)
	row := expression.NewRow(set)

	row.Fields[0] = text("open")
	matches, _ := condition.Matches(row)
	fmt.Println("open:", matches)

	row.Fields[0] = jsonscan.Value{}
	matches, _ = condition.Matches(row)
	fmt.Println("missing:", matches)
	// Output:
	// open: true
	// missing: false
}

func ExampleNewSet() {
	_, err := expression.NewSet(expression.CSV, "id", "status").Condition(`statsu == "paid"`)
	fmt.Println(err)
	// Output:
	// there is no column "statsu"; write "status"; there are "id", "status"
}
