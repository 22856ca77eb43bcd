// Reads a JSON list of {front, body} from standard input; writes, for each, what every reader makes of it.
const { readFileSync } = require("node:fs");
const marked = require("marked");
const markdownIt = require("markdown-it");
const showdown = require("showdown");
const jsYaml = require("js-yaml");
const grayMatter = require("gray-matter");
const yaml = require("yaml");

const allOn = markdownIt({ html: true, linkify: true, typographer: false });
const github = new showdown.Converter({ simplifiedAutoLink: true, tables: true, strikethrough: true });
const plain = new showdown.Converter();

const read = ({ front, body }) => ({
  html: {
    marked: marked.parse(body),
    "markdown-it": allOn.render(body),
    showdown: plain.makeHtml(body),
    "showdown, GitHub": github.makeHtml(body),
  },
  values: {
    "js-yaml": jsYaml.load(front),
    "gray-matter": grayMatter(`---\n${front}---\n`).data,
    "yaml 1.2": yaml.parse(front),
    "yaml 1.1": yaml.parse(front, { version: "1.1" }),
  },
});
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
