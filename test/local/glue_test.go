package local

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// post sends a request as an SDK would, and returns the status and the body of the answer. The
// SDK of Glue takes a minute to compile.
func post(t *testing.T, l lake, target, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.aws.Endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if kind := response.Header.Get("Content-Type"); kind != "application/x-amz-json-1.1" {
		t.Errorf("the answer is %s", kind)
	}
	return strconv.Itoa(response.StatusCode) + " " + strings.TrimSpace(string(text))
}

func testGlueTables(t *testing.T, l lake) {
	const events = `200 {"Table":{"CatalogId":"123456789012","DatabaseName":"lake","Name":"events","Parameters":{},"PartitionKeys":[{"Name":"dt","Type":"string"}],"StorageDescriptor":{"Columns":[{"Name":"event_time","Type":"timestamp"},{"Name":"at","Type":"string"},{"Name":"kind","Type":"string"},{"Name":"u","Type":"bigint"},{"Name":"amount","Type":"decimal(10,2)"}],"Location":"s3://lake/lake/events/"},"TableType":"EXTERNAL_TABLE"}}`
	for _, test := range []struct{ body, want string }{
		{`{"DatabaseName":"lake","Name":"events"}`, events},
		{`{"CatalogId":"123456789012:s3tablescatalog/aws-s3","DatabaseName":"lake","Name":"events"}`, events},
		{`{"CatalogId":"123456789012","DatabaseName":"lake","Name":"counted"}`, `200 {"Table":{"CatalogId":"123456789012","DatabaseName":"lake","Name":"counted","Parameters":{},"PartitionKeys":[],"StorageDescriptor":{"Columns":[{"Name":"kind","Type":"string"},{"Name":"dt","Type":"string"},{"Name":"event_time","Type":"timestamp"}],"Location":""},"TableType":"VIRTUAL_VIEW"}}`},
		{`{"DatabaseName":"lake","Name":"days"}`, `200 {"Table":{"CatalogId":"123456789012","DatabaseName":"lake","Name":"days","Parameters":{"table_type":"ICEBERG"},"PartitionKeys":[],"StorageDescriptor":{"Columns":[{"Name":"n","Type":"int"},{"Name":"day","Type":"date"},{"Name":"region","Type":"string"}],"Location":"s3://lake/lake/days/"},"TableType":"EXTERNAL_TABLE"}}`},
		{`{"DatabaseName":"lake","Name":"events_7"}`, `400 {"__type":"EntityNotFoundException","Message":"Table events_7 not found."}`},
		{`{"DatabaseName":"other","Name":"events"}`, `400 {"__type":"EntityNotFoundException","Message":"Database other not found."}`},
		{`{"CatalogId":"123456789012:other","DatabaseName":"lake","Name":"events"}`, `400 {"__type":"EntityNotFoundException","Message":"Database lake not found."}`},
		{`[]`, `400 {"__type":"SerializationException","Message":"json: cannot unmarshal array into Go value of type local.tableRequest"}`},
	} {
		if got := post(t, l, "AWSGlue.GetTable", test.body); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.body, got, test.want)
		}
	}
	l.SetFaults("GetTable", AthenaThrottled)
	if got := post(t, l, "AWSGlue.GetTable", `{"DatabaseName":"lake","Name":"events"}`); got != `400 {"__type":"ThrottlingException","Message":"Rate exceeded"}` {
		t.Error(got)
	}
	l.aws.Denied["glue:GetTable"] = "AccessDeniedException"
	if got := post(t, l, "AWSGlue.GetTable", `{"DatabaseName":"lake","Name":"events"}`); !strings.HasPrefix(got, `400 {"__type":"AccessDeniedException","Message":"User: arn:aws:sts::123456789012:assumed-role/`) {
		t.Error(got)
	}
}
