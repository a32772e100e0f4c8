// What a gradient check found, for readers: text and JSON.
#include "readers/check/gradcheck_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.hpp"
#include "base/json_writer.hpp"

namespace hindsight {
namespace {

/// How much a verdict matters where one must be shown for many.
int weight(Verdict verdict) {
  constexpr std::array by_verdict{2, 3, 0, 1, 4, 5};  // in the order of the verdicts
  return by_verdict[static_cast<std::size_t>(verdict)];
}

std::string described(const Kink& kink) {
  if (kink.operation.empty()) return "the function bends here";
  return formatted("{}{} at sample {}, unit {}", kink.operation,
                   kink.module.empty() ? "" : formatted(" \"{}\"", kink.module), kink.sample, kink.unit);
}

std::string counts(const CheckedInput& group) {
  std::array<std::size_t, 6> count{};
  for (const GradcheckEntry* entry : group) ++count[static_cast<std::size_t>(entry->verdict)];
  std::string text;
  for (std::size_t v = 0; v < count.size(); ++v)
    if (count[v] > 0)
      text += formatted("{}{} {}", text.empty() ? "" : ", ", count[v], name(static_cast<Verdict>(v)));
  return text;
}

void add_kinks(const Gradcheck& check, std::string& text) {
  constexpr std::size_t most = 8;
  std::size_t seen = 0;
  for (const GradcheckEntry& entry : check.entries) {
    if (entry.verdict != Verdict::kink || seen++ >= most) continue;
    text += formatted("  kink at {}, left out: {}{}\n", entry.label(), described(entry.kinks[0]),
                      entry.kinks.size() > 1 ? formatted(" and {} more", entry.kinks.size() - 1) : "");
  }
  if (seen > most) text += formatted("  and {} more at kinks\n", seen - most);
}

void add_not_measurable(const Gradcheck& check, std::string& text) {
  if (const std::size_t count = check.count(Verdict::not_measurable); count > 0)
    text += formatted(
        "  {} not measurable: rounding alone may move a difference by up to {:.1e}, as the loss or numbers "
        "behind it are too large\n",
        count, check.noise);
}

/// What it all comes to.
std::string conclusion(const Gradcheck& check) {
  const std::size_t all = check.entries.size();
  const GradcheckEntry* worst = check.worst();
  if (check.failures() > 0)
    return formatted("FAILED: {} of {} derivatives wrong or not finite, the worst {}\n", check.failures(),
                     all, described(*worst));
  if (!check.passed()) return formatted("NOT CHECKED: none of {} derivatives can be measured\n", all);
  return formatted("passed: {} of {} derivatives equal, none wrong{}\n", check.count(Verdict::equal), all,
                   worst ? formatted(", largest difference {:.1e}", worst->difference()) : "");
}

}  // namespace

std::vector<CheckedInput> by_input(const Gradcheck& check) {
  std::vector<CheckedInput> groups;
  for (const GradcheckEntry& entry : check.entries) {
    if (groups.empty() || groups.back()[0]->input != entry.input) groups.emplace_back();
    groups.back().push_back(&entry);
  }
  return groups;
}

bool is_worse(const GradcheckEntry& a, const GradcheckEntry& b) {
  const int left = weight(a.verdict), right = weight(b.verdict);
  return left != right ? left > right : a.error() > b.error();
}

std::string described(const GradcheckEntry& entry) {
  std::string text = formatted("{}: backprop {:.10g}, numerical {:.10g}", entry.label(), entry.backprop + 0.0,
                               entry.numerical + 0.0);
  if (entry.verdict != Verdict::equal) text += formatted(" ({})", name(entry.verdict));
  return text;
}

const GradcheckEntry* Gradcheck::worst() const {
  const GradcheckEntry* found = nullptr;
  for (const GradcheckEntry& entry : entries) {
    const bool counts = entry.verdict == Verdict::equal || entry.verdict == Verdict::not_finite ||
                        entry.verdict == Verdict::wrong;
    if (counts && (!found || is_worse(entry, *found))) found = &entry;
  }
  return found;
}

std::string Gradcheck::str() const {
  std::string text;
  for (const CheckedInput& group : by_input(*this)) {
    const GradcheckEntry& worst = **std::min_element(
        group.begin(), group.end(), [](const auto* a, const auto* b) { return is_worse(*a, *b); });
    text +=
        formatted("{} {}: {}; worst {}\n", worst.name, worst.shape.str(), counts(group), described(worst));
  }
  add_kinks(*this, text);
  add_not_measurable(*this, text);
  for (const std::string& cause : causes) text += formatted("  probable cause: {}\n", cause);
  return text + conclusion(*this);
}

namespace {

/// What is not finite as a word.
void finite_or_word(JsonWriter& json, const char* name, double value) {
  if (std::isfinite(value)) return json.field(name, value);
  json.field(name, formatted("{}", value));
}

void write(JsonWriter& json, const GradcheckEntry& entry) {
  json.object([&] {
    json.field("element", entry.element);
    finite_or_word(json, "backprop", entry.backprop);
    finite_or_word(json, "numerical", entry.numerical);
    json.field("verdict", name(entry.verdict));
    json.each("kinks", entry.kinks, [&](const Kink& kink) {
      json.object([&] {
        json.field("operation", kink.operation);
        json.field("module", kink.module);
        json.field("sample", kink.sample);
        json.field("unit", kink.unit);
      });
    });
  });
}

}  // namespace

std::string to_json(const Gradcheck& check) {
  JsonWriter json;
  json.object([&] {
    json.field("passed", check.passed());
    json.field("h", check.h);
    json.field("equal", check.count(Verdict::equal));
    json.field("kinks", check.count(Verdict::kink));
    json.field("saturated", check.count(Verdict::saturated));
    json.field("not_measurable", check.count(Verdict::not_measurable));
    finite_or_word(json, "noise", check.noise);
    json.field("not_finite", check.count(Verdict::not_finite));
    json.field("wrong", check.count(Verdict::wrong));
    const GradcheckEntry* worst = check.worst();
    json.field("worst", worst ? std::optional(worst->label()) : std::nullopt);
    json.field("causes", check.causes);
    json.each("parameters", by_input(check), [&](const CheckedInput& group) {
      json.object([&] {
        json.field("name", group[0]->name);
        json.each("shape", group[0]->shape, [&](std::int64_t length) { json.value(length); });
        json.each("elements", group, [&](const GradcheckEntry* entry) { write(json, *entry); });
      });
    });
  });
  return std::move(json).text();
}

}  // namespace hindsight
