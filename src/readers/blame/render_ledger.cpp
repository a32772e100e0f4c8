// A ledger as text, JSON and a document.
#include <algorithm>
#include <cmath>

#include <hindsight/blame.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "base/json_writer.hpp"

namespace hindsight::blame {
namespace {

std::string number(double value) { return formatted("{:.6g}", value); }

std::string sample(std::int64_t sample) {
  return sample == Ledger::no_sample ? "no sample" : formatted("sample {}", sample);
}

std::string counted(double count, const char* what) {
  return formatted("{:.10g} {}{}", count, what, count == 1 ? "" : "s");
}

/// "loss -(0.25)-> 1.relu[0, 3] … * 2": a step follows its factor, the target its weight; steps that only
/// pass a number on are left out.
std::string along(const Ledger& ledger, const Path& path) {
  std::string text = place(ledger, path.steps.front());
  for (std::size_t i = 1; i < path.steps.size(); ++i) {
    const Step& step = path.steps[i];
    if (step.factor == 1 && i + 1 < path.steps.size()) continue;
    text += formatted(" -({})-> {}", number(step.factor), place(ledger, step));
  }
  return ledger.is_weighted ? text + formatted(" * {}", number(path.weight)) : text;
}

std::vector<SampleShare> largest_first(const Ledger& ledger, std::size_t most) {
  std::vector<SampleShare> samples = ledger.samples;
  std::stable_sort(samples.begin(), samples.end(), [](const SampleShare& a, const SampleShare& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  samples.resize(std::min(most, samples.size()));
  return samples;
}

struct Rest {
  double contribution, count;
};
Rest rest_of_samples(const Ledger& ledger, const std::vector<SampleShare>& listed) {
  double rest = ledger.sum;
  for (const SampleShare& share : listed) rest -= share.contribution;
  return {rest, static_cast<double>(ledger.samples.size() - listed.size())};
}
Rest rest_of_paths(const Ledger& ledger) {
  return {ledger.rest(), ledger.path_count - static_cast<double>(ledger.paths.size())};
}

/// What is added up.
std::string quantity(const Ledger& ledger, const std::string& derivative) {
  return ledger.is_weighted ? formatted("{} times the weights of its elements", derivative) : derivative;
}

std::string share_shown(const Ledger& ledger) {
  if (ledger.path_count == 0) return formatted("none, as no active one reaches {}", ledger.target);
  return formatted("{} of {}, {:.1f} % of all that is moved", ledger.paths.size(),
                   counted(ledger.path_count, "path"), 100 * ledger.share());
}

}  // namespace

std::string place(const Ledger& ledger, const Step& step) {
  const NodeName& node = ledger.nodes[step.node];
  return node.shape.empty() ? node.name : node.name + position(node.shape, step.element);
}

std::string to_text(const Ledger& ledger, std::size_t most) {
  std::string text = formatted("{} = {}, the sum over {}; backpropagation gives {} (difference {:.1e})\n",
                               quantity(ledger, formatted("dloss/d({})", ledger.target)), number(ledger.sum),
                               counted(ledger.path_count, "path"), number(ledger.gradient),
                               std::abs(ledger.sum - ledger.gradient));
  const auto line = [&](double contribution, const std::string& what) {
    text += formatted("  {:>13}  {}\n", number(contribution), what);
  };
  if (!ledger.samples.empty()) {
    const auto samples = largest_first(ledger, most);
    text += formatted("Samples: {} of {}\n", samples.size(), ledger.samples.size());
    for (const SampleShare& share : samples) line(share.contribution, sample(share.sample));
    if (const Rest rest = rest_of_samples(ledger, samples); rest.count > 0)
      line(rest.contribution, "the other " + counted(rest.count, "sample"));
  }
  text += formatted("Paths: {}\n", share_shown(ledger));
  for (const Path& path : ledger.paths)
    line(path.contribution,
         (path.sample == Ledger::no_sample ? "" : sample(path.sample) + ": ") + along(ledger, path));
  if (const Rest rest = rest_of_paths(ledger); rest.count > 0)
    line(rest.contribution, "the other " + counted(rest.count, "path"));
  return text;
}

Document document(const Ledger& ledger, std::size_t most) {
  Document page;
  page.paragraph(formatted("**{}**: {} {} is the sum over {}; backpropagation gives {} (difference {:.1e}).",
                           code(ledger.target), quantity(ledger, "the gradient"), number(ledger.sum),
                           counted(ledger.path_count, "path"), number(ledger.gradient),
                           std::abs(ledger.sum - ledger.gradient)));
  const auto add = [](Document::Table& table, double contribution, const std::string& what) {
    table.row({number(contribution), what});
  };
  if (!ledger.samples.empty()) {
    const auto samples = largest_first(ledger, most);
    Document::Table table("rl", {"contribution", "sample"});
    for (const SampleShare& share : samples) add(table, share.contribution, sample(share.sample));
    if (const Rest rest = rest_of_samples(ledger, samples); rest.count > 0)
      add(table, rest.contribution, "the other " + counted(rest.count, "sample"));
    page.table(table);
  }
  page.paragraph(formatted("Paths: {}.", plain(share_shown(ledger))));
  Document::Table table("rp", {"contribution", "path"});
  for (const Path& path : ledger.paths) add(table, path.contribution, code(along(ledger, path)));
  if (const Rest rest = rest_of_paths(ledger); rest.count > 0)
    add(table, rest.contribution, "the other " + counted(rest.count, "path"));
  page.table(table);
  return page;
}

std::string to_json(const Ledger& ledger) {
  JsonWriter json;
  json.object([&] {
    json.field("target", ledger.target);
    json.field(ledger.is_weighted ? "weighted_gradient" : "gradient", ledger.gradient);
    json.field("sum", ledger.sum);
    json.field("moved", ledger.moved);
    json.field("paths_in_all", ledger.path_count);
    json.field("rest", ledger.rest());
    json.field("share", ledger.share());
    json.each("samples", ledger.samples, [&](const SampleShare& share) {
      json.object([&] {
        json.field("sample", share.sample);
        json.field("contribution", share.contribution);
      });
    });
    json.each("paths", ledger.paths, [&](const Path& path) {
      json.object([&] {
        json.field("sample", path.sample);
        json.field("contribution", path.contribution);
        json.field("weight", path.weight);
        json.each("steps", path.steps, [&](const Step& step) {
          json.object([&] {
            json.field("place", place(ledger, step));
            json.field("factor", step.factor);
          });
        });
      });
    });
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::blame
