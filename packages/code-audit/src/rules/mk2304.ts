import type { CallFact } from "../python/types.ts";
import { HOLE, textsOf } from "../python/value.ts";
import { marksAmong, REMOTE } from "./marks.ts";
import type { PythonRule } from "./rule.ts";

const TEMPLATES =
  /^(flask\.render_template_string|jinja2\.(Template|Environment\(\)\.from_string|from_string|sandbox\.\w+\(\)\.from_string)|mako\.template\.Template|django\.template\.(Template|engines\[\]\.from_string)|tornado\.template\.Template|chameleon\.PageTemplate|string\.Template|starlette\.templating\.\w+|langchain\.prompts\.PromptTemplate\.from_template)$/;

export const rule: PythonRule = {
  id: "MK2304",
  name: "template-injection",
  title: { en: "A template comes from outside.", zh: "模板来自外部输入。" },
  severity: "high",
  cwe: "CWE-1336",
  advice: {
    en: "Keep templates in files, and pass what varies as variables.",
    zh: "将模板保存在文件中，变化的内容以变量传入。",
  },
  rank: 60,
  words: ["render_template_string", "Template", "from_string"],
  check({ calls }, report) {
    for (const call of calls) {
      if (!TEMPLATES.test(call.path) || /string\.Template|sandbox/.test(call.path)) continue;
      const [template] = call.args.positional;
      const marks = marksAmong(template, REMOTE);
      const built =
        call.path === "flask.render_template_string" && textsOf(template).some((text) => text.includes(HOLE));
      if (marks.length === 0 && !built) continue;
      report({
        at: call,
        marks,
        severity: marks.length > 0 ? "high" : "medium",
        way: call.way,
        message: messageOf(call),
      });
    }
  },
};

function messageOf(call: CallFact) {
  return {
    en: `${call.path}() runs expressions that are in the template`,
    zh: `${call.path}() 会执行模板中的表达式`,
  };
}
