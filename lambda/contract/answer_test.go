package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
)

// A sweep may find thousands of slots; its answer must fit into 6 MB.
func TestSweptSlotsAreBounded(t *testing.T) {
	var slots contract.SweptSlots
	for i := range 20_000 {
		slots.Add(contract.SweptSlot{Job: fmt.Sprintf("job-%d", i), Slot: slot.Add(time.Duration(i) * time.Minute), Reason: strings.Repeat("x", 1000)})
	}
	encoded, err := json.Marshal(slots)
	if err != nil || len(encoded) > 1<<20 {
		t.Errorf("%d bytes (%v)", len(encoded), err)
	}
	if slots.Total != 20_000 || len(slots.Slots) != contract.MaxSweptSlots || slots.Slots[99].Job != "job-99" {
		t.Errorf("%d slots of %d are listed", len(slots.Slots), slots.Total)
	}
}
