// What a gradient check found, for readers: text and JSON.
#include "readers/check/gradcheck_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"

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

std::string to_json(const Gradcheck& check) {
  const auto finite = [](double x) { return std::isfinite(x) ? Json(x) : Json(formatted("{}", x)); };
  Json parameters = Json::array();
  for (const CheckedInput& group : by_input(check)) {
    Json elements = Json::array();
    for (const GradcheckEntry* entry : group) {
      Json kinks = Json::array();
      for (const Kink& kink : entry->kinks)
        kinks.push_back({{"operation", kink.operation},
                         {"module", kink.module},
                         {"sample", kink.sample},
                         {"unit", kink.unit}});
      elements.push_back({{"element", entry->element},
                          {"backprop", finite(entry->backprop)},
                          {"numerical", finite(entry->numerical)},
                          {"verdict", name(entry->verdict)},
                          {"kinks", kinks}});
    }
    Json shape = Json::array();
    for (const std::int64_t length : group[0]->shape) shape.push_back(length);
    parameters.push_back({{"name", group[0]->name}, {"shape", shape}, {"elements", elements}});
  }
  const GradcheckEntry* worst = check.worst();
  return dump_json({{"passed", check.passed()},
                    {"h", check.h},
                    {"equal", check.count(Verdict::equal)},
                    {"kinks", check.count(Verdict::kink)},
                    {"saturated", check.count(Verdict::saturated)},
                    {"not_measurable", check.count(Verdict::not_measurable)},
                    {"noise", finite(check.noise)},
                    {"not_finite", check.count(Verdict::not_finite)},
                    {"wrong", check.count(Verdict::wrong)},
                    {"worst", worst ? Json(worst->label()) : Json()},
                    {"causes", check.causes},
                    {"parameters", parameters}});
}

}  // namespace hindsight
