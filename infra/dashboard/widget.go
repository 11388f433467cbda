package dashboard

// columns is how wide a dashboard's grid is.
const columns = 24

// widget is a widget in the grid of a dashboard.
type widget struct {
	Type       string `json:"type"`
	X          int    `json:"x"`
	Y          int    `json:"y"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Properties any    `json:"properties"`
}

// block is widgets that belong together, up to a whole dashboard; y is 0 at its top.
type block struct {
	widgets []widget
	height  int
	metrics int
}

func (b *block) text(x, y, width, height int, markdown string) {
	b.put("text", x, y, width, height, struct {
		Markdown string `json:"markdown"`
	}{markdown})
}

func (b *block) alarms(x, y, width, height int, title string, arns []string) {
	b.put("alarm", x, y, width, height, struct {
		Title  string   `json:"title"`
		Alarms []string `json:"alarms"`
	}{title, arns})
}

func (b *block) graph(x, y, width, height int, graph graph) {
	graph.View = "timeSeries"
	graph.YAxis = map[string]map[string]int{"left": {"min": 0}, "right": {"min": 0}}
	b.put("metric", x, y, width, height, graph)
	b.metrics += len(graph.Metrics)
}

func (b *block) put(kind string, x, y, width, height int, properties any) {
	b.widgets = append(b.widgets, widget{kind, x, y, width, height, properties})
	b.height = max(b.height, y+height)
}

// graph is the properties of a metric widget.
type graph struct {
	Title       string                    `json:"title"`
	Region      string                    `json:"region"`
	View        string                    `json:"view"`
	Stat        string                    `json:"stat"`
	Period      int                       `json:"period"` // seconds
	YAxis       map[string]map[string]int `json:"yAxis"`  // what left and right begin with
	Metrics     []line                    `json:"metrics"`
	Annotations map[string][]level        `json:"annotations,omitempty"`
}

type level struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

// line is a metric in a graph: namespace, name, names and values of its dimensions,
// options. "..." stands for all that is as in the line before.
type line []any

// same is the rest of a line that is as the one before.
const same = "..."

// options are the last element of a line.
type options struct {
	Expression string `json:"expression,omitempty"`
	Label      string `json:"label"`
	YAxis      string `json:"yAxis,omitempty"` // left, if empty
}

const right = "right"
