// A ledger as text, Markdown and JSON.
#include <algorithm>
#include <cmath>

#include <hindsight/blame.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "base/json.hpp"

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

std::string to_markdown(const Ledger& ledger, std::size_t most) {
  std::string text = formatted(
      "**`{}`**: {} {} is the sum over {}; backpropagation gives {} (difference {:.1e}).\n", ledger.target,
      quantity(ledger, "the gradient"), number(ledger.sum), counted(ledger.path_count, "path"),
      number(ledger.gradient), std::abs(ledger.sum - ledger.gradient));
  const auto row = [&](double contribution, const std::string& what) {
    text += formatted("| {} | {} |\n", number(contribution), what);
  };
  if (!ledger.samples.empty()) {
    const auto samples = largest_first(ledger, most);
    text += "\n| contribution | sample |\n|---:|---|\n";
    for (const SampleShare& share : samples) row(share.contribution, sample(share.sample));
    if (const Rest rest = rest_of_samples(ledger, samples); rest.count > 0)
      row(rest.contribution, "the other " + counted(rest.count, "sample"));
  }
  text += formatted("\nPaths: {}.\n", share_shown(ledger));
  if (!ledger.paths.empty()) text += "\n| contribution | path |\n|---:|---|\n";
  for (const Path& path : ledger.paths) row(path.contribution, formatted("`{}`", along(ledger, path)));
  if (const Rest rest = rest_of_paths(ledger); rest.count > 0)
    row(rest.contribution, "the other " + counted(rest.count, "path"));
  return text;
}

std::string to_json(const Ledger& ledger) {
  Json samples = Json::array(), paths = Json::array();
  for (const SampleShare& share : ledger.samples)
    samples.push_back({{"sample", share.sample}, {"contribution", share.contribution}});
  for (const Path& path : ledger.paths) {
    Json steps = Json::array();
    for (const Step& step : path.steps)
      steps.push_back({{"place", place(ledger, step)}, {"factor", step.factor}});
    paths.push_back({{"sample", path.sample},
                     {"contribution", path.contribution},
                     {"weight", path.weight},
                     {"steps", steps}});
  }
  return dump_json(Json{{"target", ledger.target},
                        {ledger.is_weighted ? "weighted_gradient" : "gradient", ledger.gradient},
                        {"sum", ledger.sum},
                        {"moved", ledger.moved},
                        {"paths_in_all", ledger.path_count},
                        {"rest", ledger.rest()},
                        {"share", ledger.share()},
                        {"samples", samples},
                        {"paths", paths}}) +
         "\n";
}

}  // namespace hindsight::blame
