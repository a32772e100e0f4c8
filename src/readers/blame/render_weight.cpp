// One weight's gradient as text, JSON and a document.
#include <cmath>

#include <hindsight/blame/weight.hpp>

#include "base/format.hpp"
#include "base/json_writer.hpp"

namespace hindsight::blame {
namespace {

std::string number(double value) { return formatted("{:.6g}", value); }

std::string sample(const Term& term) {
  return term.sample == Ledger::no_sample ? "no sample" : formatted("sample {}", term.sample);
}

std::string checked(const WeightReport& report) {
  const std::string which = report.checked == report.samples
                                ? "over all samples"
                                : formatted("over the {} samples with the largest terms, which give {}",
                                            report.checked, number(report.compared));
  return formatted("numerically {}: {} (difference {:.1e})", which, number(report.numerical),
                   report.difference());
}

std::string others(const WeightReport& report) {
  const std::size_t count = report.term_count - report.terms.size();
  return formatted("the other {} term{}", count, count == 1 ? "" : "s");
}

double listed_share(const WeightReport& report) {
  double listed = 0;
  for (const Term& term : report.terms) listed += std::abs(term.contribution());
  return report.moved > 0 ? 100 * listed / report.moved : 100;
}

}  // namespace

std::string to_text(const WeightReport& report) {
  std::string text =
      formatted("{} = {}\ndloss/d({}) = {}, the sum over {} samples of delta * activation\n", report.weight,
                number(report.value), report.weight, number(report.gradient), report.samples);
  text += formatted("  {}\n", checked(report));
  if (report.terms.empty()) return text + "No sample contributes: no active path leads to this weight\n";
  text += formatted("Terms that are not 0: {}; the largest {} move {:.1f} % of all\n", report.term_count,
                    report.terms.size(), listed_share(report));
  for (const Term& term : report.terms)
    text += formatted("  {:>13} = {} * {}  {}: delta at {}\n", number(term.contribution()),
                      number(term.delta), number(term.activation), sample(term), term.place);
  if (report.terms.size() < report.term_count)
    text += formatted("  {:>13}  {}\n", number(report.rest), others(report));
  return text + formatted("\nThe chain of {} alone, before the mean over {} samples:\n{}",
                          sample(report.terms[0]), report.samples, to_text(report.chain));
}

Document document(const WeightReport& report) {
  Document page;
  page.paragraph(formatted(
      "**{}** = {}; the gradient {} is the sum over {} samples of $\\delta \\cdot$ activation; {}.",
      code(report.weight), number(report.value), number(report.gradient), report.samples, checked(report)));
  if (report.terms.empty()) {
    page.paragraph("No sample contributes: no active path leads to this weight.");
    return page;
  }
  page.paragraph(formatted("Terms that are not 0: {}; the largest {} move {:.1f} % of all.",
                           report.term_count, report.terms.size(), listed_share(report)));
  Document::Table table("rlrrl", {"contribution", "sample", "delta", "activation", "at"});
  for (const Term& term : report.terms)
    table.row({number(term.contribution()), sample(term), number(term.delta), number(term.activation),
               code(term.place)});
  if (report.terms.size() < report.term_count) table.row({number(report.rest), others(report), "", "", ""});
  page.table(table);
  page.paragraph(formatted("The chain of {} alone, before the mean over {} samples:", sample(report.terms[0]),
                           report.samples));
  page.append(document(report.chain));
  return page;
}

std::string to_json(const WeightReport& report) {
  JsonWriter json;
  json.object([&] {
    json.field("weight", report.weight);
    json.field("value", report.value);
    json.field("gradient", report.gradient);
    json.field("samples", report.samples);
    json.field("terms_in_all", report.term_count);
    json.each("terms", report.terms, [&](const Term& term) {
      json.object([&] {
        json.field("sample", term.sample);
        json.field("place", term.place);
        json.field("delta", term.delta);
        json.field("activation", term.activation);
        json.field("contribution", term.contribution());
      });
    });
    json.field("rest", report.rest);
    json.field("numerical", report.numerical);
    json.field("compared", report.compared);
    json.field("checked", report.checked);
    json.key("chain");
    json.line(to_json(report.chain));
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::blame
