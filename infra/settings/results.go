package settings

// Results say where the records are kept, if not in a bucket of the environment's
// own with S3's keys.
type Results struct {
	// Bucket is the name of a bucket that exists. What the environment's own would
	// have (versions, the refusal to overwrite, Athena's answers that
	// expire) is up to its owner then.
	Bucket string `yaml:"bucket" example:"acme-tally-results"`
	// KMSKeyARN is the key that records are encrypted with, if it is not S3's own.
	KMSKeyARN string `yaml:"kms_key_arn" example:"arn:aws:kms:…:key/…"`
}

func (r Results) check(c checker, region string) {
	c.samePlace("results.kms_key_arn", r.KMSKeyARN, region, oneThere)
}
