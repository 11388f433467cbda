package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"tally/lambda/contract"
)

// phrase is a failed check in words: paid 120, 87 % below 950.
func phrase(r contract.CheckResult) string {
	if r.Check == contract.CheckWithin {
		return fmt.Sprintf("%s.%s %d, %s.%s %d, %s", r.Job, r.CaseName, *r.Count, r.OtherJob, r.OtherCase, *r.OtherCount, apart(r))
	}
	return r.CaseName + " " + judged(r)
}

// judged is a phrase without names: 120, 87 % below 950.
func judged(r contract.CheckResult) string {
	switch r.Check {
	case contract.CheckMin:
		return fmt.Sprintf("%d, below min %s", *r.Count, r.Bound)
	case contract.CheckMax:
		return fmt.Sprintf("%d, above max %s", *r.Count, r.Bound)
	case contract.CheckWithin:
		return fmt.Sprintf("%d and %d, %s", *r.Count, *r.OtherCount, apart(r))
	}
	return fmt.Sprintf("%d, %s", *r.Count, change(*r.Count, *r.Baseline, ""))
}

// apart is how far apart two counts are, in what their bound is written in: 20 % apart.
func apart(r contract.CheckResult) string {
	larger := max(*r.Count, *r.OtherCount)
	difference := larger - min(*r.Count, *r.OtherCount)
	if !strings.HasSuffix(r.Bound, "%") {
		return fmt.Sprintf("%d apart", difference)
	}
	return percent(big.NewRat(difference, larger)) + " apart" // they differ, so that the larger one is not 0
}

// change compares a count with what is usual: 87 % below 950. What stands before that number.
func change(count int64, usual float64, what string) string {
	what += number(usual)
	baseline := new(big.Rat).SetFloat64(usual)
	difference := new(big.Rat).Sub(new(big.Rat).SetInt64(count), baseline)
	if difference.Sign() == 0 {
		return "the same as " + what
	}
	side := map[int]string{-1: "below ", 1: "above "}[difference.Sign()] + what
	if baseline.Sign() == 0 {
		return side
	}
	return percent(difference.Abs(difference).Quo(difference, baseline)) + " " + side
}

// percent is a share in whole percent. It is not rounded: 99.9 % below is not everything.
func percent(share *big.Rat) string {
	hundredfold := new(big.Rat).Mul(share, big.NewRat(100, 1))
	whole := new(big.Int).Quo(hundredfold.Num(), hundredfold.Denom())
	if whole.Sign() == 0 {
		return "less than 1 %"
	}
	return whole.String() + " %"
}

// number writes a median, which may be half of an odd number.
func number(value float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", value), ".0")
}

// counts are those of each case: paid 940, refunded 12.
func counts(results []contract.CheckResult) string {
	var all []string
	for _, result := range results {
		if result.Count != nil {
			all = append(all, fmt.Sprintf("%s %d", result.CaseName, *result.Count))
		}
	}
	return strings.Join(slices.Compact(all), ", ")
}
