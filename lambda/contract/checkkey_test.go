package contract_test

import (
	"testing"
	"time"

	"tally/lambda/contract"
)

func TestTheKeysOfChecks(t *testing.T) {
	slot := time.Date(2026, 11, 28, 15, 20, 0, 0, time.UTC)
	check, pair := contract.CheckKey("daily-orders", slot, 2), contract.ReconcileKey("orders", slot, 1, 2)
	toTell := contract.ToTellKey(slot.AddDate(0, 0, 3), check)
	for got, want := range map[string]string{
		check:                                 "checks/date=2026-11-28/daily-orders-20261128T1520Z.rev2.jsonl",
		pair:                                  "checks/date=2026-11-28/reconcile-orders-20261128T1520Z.rev1-2.jsonl",
		toTell:                                "markers/to-tell/date=2026-12-01/daily-orders-20261128T1520Z.rev2",
		contract.ToldKey(toTell):              "markers/told/date=2026-12-01/daily-orders-20261128T1520Z.rev2",
		contract.ToTellKey(slot, pair):        "markers/to-tell/date=2026-11-28/reconcile-orders-20261128T1520Z.rev1-2",
		contract.SummaryKey("prod", slot):     "markers/summary/date=2026-11-28/prod-20261128T1520Z",
		contract.MessagesPrefix("prod", slot): "markers/messages/prod/20261128T1500Z/",
		contract.OverduePrefix("prod", slot):  "markers/overdue/prod/date=2026-11-28/",
		contract.AgainKey(slot, check):        "markers/to-tell/date=2026-11-28/daily-orders-20261128T1520Z.rev2.again",
	} {
		if got != want {
			t.Errorf("the key is %s, want %s", got, want)
		}
	}
	if name, at, revision, ok := contract.ParseCheckKey(check); !ok || name != "daily-orders" || !at.Equal(slot) || revision != 2 {
		t.Errorf("%s is of %s, %s, %d (%t)", check, name, at, revision, ok)
	}
	// A job may be called reconcile-orders: its results are none of the comparison's.
	for _, key := range []string{pair, toTell, contract.RecordKey("daily-orders", slot, 2), "checks/date=2026-11-29/daily-orders-20261128T1520Z.rev2.jsonl"} {
		if name, _, _, ok := contract.ParseCheckKey(key); ok {
			t.Errorf("%s is taken for the results of %s", key, name)
		}
	}
}
