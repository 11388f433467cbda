package job

import "fmt"

// readOff reads the one word that may stand for checks in an environment file.
func readOff(off *bool, word, instead string) error {
	if word != "off" {
		return fmt.Errorf("%q is not off; write off, or %s", word, instead)
	}
	*off = true
	return nil
}

// UnmarshalScalar reads "checks: off".
func (o *CheckOverrides) UnmarshalScalar(word string) error {
	return readOff(&o.Off, word, "jobs with their checks, such as daily-orders: off")
}

// UnmarshalScalar reads "daily-orders: off".
func (c *Checks) UnmarshalScalar(word string) error {
	return readOff(&c.Off, word, "cases with their bounds, such as total: {min: 1}")
}

// UnmarshalScalar reads "paid: off".
func (c *Check) UnmarshalScalar(word string) error {
	return readOff(&c.Off, word, "bounds, such as {min: 1}")
}
