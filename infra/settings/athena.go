package settings

// Athena is a database of the Glue Data Catalog, or of another catalog, whose tables are counted
// through Athena.
type Athena struct {
	Database string `yaml:"database,required" example:"analytics"`
	// Catalog is the catalog of the database, such as s3tablescatalog/acme-tables for a table
	// bucket of S3 Tables; AwsDataCatalog, if empty.
	Catalog string `yaml:"catalog" example:"s3tablescatalog/acme-tables"`
	// Workgroup is one that exists and keeps results in Athena ("managed query results"); if
	// empty, the stack makes one.
	Workgroup string `yaml:"workgroup"`
	// ScanLimitGB ends queries of the stack's own workgroup that read more; 1000.
	ScanLimitGB int `yaml:"scan_limit_gb"`
	// Data are where the tables' files are. Catalogs of S3 Tables need none.
	Data []string `yaml:"data" example:"[s3://acme-lake/events/]"`
	// KMSKeyARN is the key that these files are encrypted with, if it is not S3's own.
	KMSKeyARN string `yaml:"kms_key_arn"`
	// LakeFormation says that Lake Formation grants access to the data.
	LakeFormation bool `yaml:"lake_formation"`
}

// DefaultCatalog is the account's Glue Data Catalog, as Athena calls it.
const DefaultCatalog = "AwsDataCatalog"
