import type { LeakageProblem } from "../../../computations/analysis/judgeLeakage.js";
import type { TurnedThrough } from "../../../computations/analysis/turning.js";
import type { LeakageWarning } from "../../../computations/analysis/warnings.js";
import type { Words } from "./words.js";

const through: Readonly<Record<TurnedThrough["kind"], (each: TurnedThrough) => string>> = {
  feature: ({ name, records }) => `${name}：${records === 1 ? "任意一条记录" : `至少 ${records} 条符合筛选的记录中的一条`}`,
  linear: () => "线性预测值：任意一条记录",
  "no-record": ({ name, records }) => `no_record：${name} 的第 ${records} 条记录`,
  "on-file": () => "是否在库：没有 no_record 要求记录条数",
};

const warnings: Readonly<Record<LeakageWarning["kind"], (each: LeakageWarning) => string>> = {
  "movable-cutoff": ({ name, count }) => `参数可把 ${name} 的阈值移到 ${count} 处，多次查询会逼近其数值`,
  "values-pinned": ({ name, count }) => `${name} 有 ${count} 个取值会被准确得知，或误差在百分之一以内`,
  "narrow-filter": ({ name }) => `此筛选条件会挑出单条记录，${name} 取决于它`,
  "few-records": ({ count }) => `一次应答可能只依据 ${Math.max(count, 1)} 条记录`,
  "reason-tells-bin": ({ name }) => `原因代码 ${name} 只由一个分箱给出，因此会透露该分箱`,
  "unused-feature": ({ name }) => `没有任何结果取决于 ${name}：它被白白计算，或有所遗漏`,
};

const limits: Readonly<Record<LeakageProblem["limit"], string>> = {
  bits_per_answer: "单次应答透露的比特数超过政策上限",
  least_records: "应答可能只依据过少的记录，低于政策要求",
  cutoff_choices: "参数可选值的个数超过政策上限",
  pinned_values: "会被准确得知的取值个数超过政策上限",
};

export const chinese: Words = {
  purposes: "用途：",
  reads: "读取哪些数据",
  never: "从不读取：",
  oneAnswer: "一次应答透露什么",
  answers: (count, bits) => `${count} 种应答之一：至多 ${bits} 比特`,
  yes: "是",
  no: "否",
  noRecord: "无记录",
  everyParameter: "用全部参数查询透露什么",
  noParameters: "没有参数：在新一期数据发布之前，重复查询不会透露更多。",
  askings: (count, bits) => `${count} 次查询：合计至多 ${bits} 比特`,
  features: "由此对各特征可知什么",
  neverFiner: "在同一期数据内，无论查询多少次，都不会比这更精细。",
  cells: (count) => `${count} 个区间之一`,
  variants: (count) => `其 ${count} 个取值各自`,
  linear: "线性预测值",
  between: (low, high) => `${low} 至 ${high}`,
  both: (low, high) => `${low} 且${high}`,
  exactly: (value) => `恰为 ${value}`,
  atLeast: (value) => `不低于 ${value}`,
  above: (value) => `高于 ${value}`,
  atMost: (value) => `不高于 ${value}`,
  below: (value) => `低于 ${value}`,
  anyValue: "任意值",
  or: " 或 ",
  other: "其他",
  missing: "缺失",
  oneRecord: "一条记录能否改变结果",
  turns: (records) =>
    records === 1 ? "能，即使企业只有一条记录，途径为" : `总共少于 ${records} 条记录时不能；达到之后，多一条或少一条即可能改变，途径为`,
  through: (each) => through[each.kind](each),
  rests: (dataset, records) => `${dataset} 的记录少于 ${records} 条时，应答为无记录。`,
  cost: "计算代价",
  perRecord: (alias, steps) => `${alias} 的每条记录 ${steps} 步`,
  worst: (steps) => `最大的页（1 048 576 条记录）至多 ${steps} 步`,
  lookAt: "请注意",
  warning: (each) => warnings[each.kind](each),
  line: (line) => `第 ${line} 行`,
  beside: "与其他生效计算合并来看",
  alone: (dataset) => `${dataset}：没有其他生效的计算读取这些列`,
  shares: (id, columns, bits) => `${id} 也读取 ${columns.join("、")}：至多 ${bits} 比特`,
  together: (dataset, bits) => `${dataset}：合计至多透露 ${bits} 比特`,
  budget: (dataset, bits, answers) => `${dataset}：政策规定的每期 ${bits} 比特在 ${answers} 次应答后用尽`,
  policy: "政策",
  within: "符合 policy.yaml 的限额",
  refused: ({ limit, message }) => `${limits[limit]}（${limit}：${message}）`,
  noPolicy: "未与政策比对（请用 --home 指定）",
  manifest: "计算文本",
  report: "泄露报告",
};
