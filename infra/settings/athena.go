package settings

import (
	"cmp"
	"strings"

	"tally/lambda/contract"
)

// Athena is a database of the Glue Data Catalog, or of another catalog, whose tables are counted
// through Athena.
type Athena struct {
	Database string `yaml:"database,required" example:"analytics"`
	// Catalog is the catalog of the database, such as s3tablescatalog/acme-tables for a table
	// bucket of S3 Tables; AwsDataCatalog, if empty.
	Catalog string `yaml:"catalog" example:"s3tablescatalog/acme-tables"`
	// Workgroup is one that exists and keeps results in Athena ("managed query results"); if
	// empty, the stack makes one.
	Workgroup string `yaml:"workgroup" example:"analytics"`
	// ScanLimitGB ends queries of the stack's own workgroup that read more; 1000.
	ScanLimitGB int `yaml:"scan_limit_gb"`
	// Data are where the tables' files are. Catalogs of S3 Tables need none, and neither do
	// tables whose files Lake Formation gives access to.
	Data Data `yaml:"data" example:"[s3://acme-lake/events/]"`
	// KMSKeyARN is the key that these files are encrypted with, if it is not S3's own.
	KMSKeyARN string `yaml:"kms_key_arn"`
	// LakeFormation says that Lake Formation grants access to the data.
	LakeFormation bool `yaml:"lake_formation"`

	// OwnWorkgroup is the name of the one that the stack makes; empty if it makes none.
	OwnWorkgroup string
}

// tableBuckets is how the catalogs of S3 Tables begin. The rest is the table bucket's name.
const tableBuckets = "s3tablescatalog/"

// defaultScanLimitGB is five dollars in us-east-1.
const defaultScanLimitGB = 1000

// Data are URLs of folders in S3. The file may write one of them without brackets.
type Data []string

// UnmarshalScalar implements strictyaml.ScalarUnmarshaler.
func (d *Data) UnmarshalScalar(word string) error {
	*d = Data{word}
	return nil
}

// setDefaults fills in the keys that are left out of the entry with a key. No environment has
// an underscore in its name, so that its own workgroup is no other's, neither for counting nor
// for questions.
func (a *Athena) setDefaults(prefix, key string) {
	a.Catalog = cmp.Or(a.Catalog, contract.DefaultCatalog)
	if a.Workgroup == "" {
		a.OwnWorkgroup = prefix + "-source_" + key
		a.ScanLimitGB = cmp.Or(a.ScanLimitGB, defaultScanLimitGB)
	}
}

func (a Athena) check(c checker, key string) {
	c.checkRegionOf(key+".kms_key_arn", a.KMSKeyARN, "one in "+c.Region)
	if c.Failed(key+".catalog") || c.Failed(key+".data") {
		return
	}
	switch bucket := a.TableBucket(); {
	case bucket != "" && len(a.Data) > 0:
		c.Report(key+".data", "is for catalogs of Glue, and S3 Tables keeps the files of %s itself; leave it out", bucket)
	case bucket == "" && len(a.Data) == 0 && !a.LakeFormation:
		c.Report(key+".data", "is missing; write data: [s3://acme-lake/events/], where the files of the tables are, or lake_formation: true if that gives access to them")
	}
}

// TableBucket is the table bucket of S3 Tables that the catalog is; empty if it is Glue's own.
func (a Athena) TableBucket() string {
	bucket, ofTables := strings.CutPrefix(a.Catalog, tableBuckets)
	if !ofTables {
		return ""
	}
	return bucket
}

// Connection is the entry as the counter's configuration has it.
func (a Athena) Connection() contract.Athena {
	return contract.Athena{Workgroup: cmp.Or(a.Workgroup, a.OwnWorkgroup), Catalog: cmp.Or(a.Catalog, contract.DefaultCatalog), Database: a.Database}
}

// DataBucket is a bucket that holds files of tables, below prefixes that end with a slash; an
// empty one is the whole bucket.
type DataBucket struct {
	Name     string
	Prefixes []string
}

// DataBuckets are where the tables' files are, sorted. A folder within another one is left out.
func (a Athena) DataBuckets() []DataBucket {
	var folders []string
	for _, url := range a.Data {
		folders = append(folders, strings.TrimRight(strings.TrimPrefix(url, "s3://"), "/")+"/")
	}
	var buckets []DataBucket
	for _, folder := range uncovered(folders) {
		name, prefix, _ := strings.Cut(folder, "/")
		if last := len(buckets) - 1; last >= 0 && buckets[last].Name == name {
			buckets[last].Prefixes = append(buckets[last].Prefixes, prefix)
			continue
		}
		buckets = append(buckets, DataBucket{name, []string{prefix}})
	}
	return buckets
}
