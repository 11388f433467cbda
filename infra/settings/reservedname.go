package settings

import (
	"regexp"
	"strings"
)

// isReserved tells whether a new database cannot have a name. RDS refuses the words
// that an engine reserves (RDS API, CreateDBCluster, DatabaseName), and some
// databases are the engine's own. The list has those that somebody might want.
func isReserved(name string) bool {
	return strings.Contains(reservedNames, " "+name+" ")
}

const reservedNames = " mysql sys information_schema performance_schema innodb tmp postgres template0 template1 rdsadmin" +
	" all analyse analyze and any array as asc both by case cast check collate column condition constraint create cross cube" +
	" database databases default delete deferrable desc describe distinct do drop each else empty end except exists explain" +
	" false fetch for force foreign from full function generated get grant group grouping groups having if ignore in index" +
	" infile initially inner insert intersect interval into is join key keys kill lag lateral lead leading left like limit" +
	" lines linear load lock loop match mod natural not null of offset on only optimize option or order out outer over" +
	" partition placing primary procedure purge range rank read recursive references release rename repeat replace require" +
	" return returning revoke right row rows schema schemas select separator session_user set show signal some spatial sql" +
	" starting system table terminated then to trailing trigger true undo union unique unlock update usage use user using" +
	" values variadic varying verbose virtual when where while window with write xor "

// reservedUser matches the users that an engine or RDS has or keeps for itself.
var reservedUser = regexp.MustCompile(`^(pg_.*|rds.*|mysql|root|public|none|postgres)$`)
