// hindsight demo: the lesson, from the data to the pictures.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>

#include "base/counted.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "lesson/lesson.hpp"
#include "option_checks.hpp"
#include "output_folder.hpp"

namespace {

namespace hs = hindsight;
using hs::Json;

constexpr std::uint32_t seeds = 20;
constexpr std::size_t most_told = 20;  // parameters that are told one by one

std::string widths_of(const lesson::Start& from) {
  std::string text = "2";
  for (std::size_t l = 0; l < from.W.size(); ++l) {
    const bool last = l + 1 == from.W.size();
    text += hindsight::formatted(" -> {} {}", from.W[l].size(1),
                                 !last                    ? "ReLU"
                                 : from.W[l].size(1) == 1 ? "sigmoid"
                                                          : "softmax");
  }
  return text;
}

/// Runs the lesson section by section, saying each as soon as it is known and collecting everything as data.
class Demo {
 public:
  Demo(const lesson::Settings& settings, const std::string& folder, const Console& console)
      : settings_(settings),
        out_(folder, lesson::picture_names()),
        console_(console),
        start_(lesson::start(settings)) {}

  Json run() {
    data();
    const lesson::Run by_hand = learn_by_hand();
    require_finite(by_hand);
    agreement(by_hand);
    initialisers();
    check("initial", start_);
    check("final", at(by_hand.weights));
    const lesson::Run logistic = why_depth(by_hand);
    pictures(by_hand, logistic);
    return report_;
  }

  /// How many gradients were found wrong. Not one, or the program has a defect.
  std::size_t wrong() const { return wrong_; }

 private:
  template <class... T>
  void say(fmt::format_string<T...> text, T&&... values) {
    console_.line(hindsight::formatted(text, std::forward<T>(values)...));
  }
  void heading(const std::string& text) {
    console_.line("");
    console_.heading(text);
  }

  void data() {
    console_.heading(hindsight::formatted(
        "Data: {} spirals, {} each, seed {}", settings_.classes,
        hindsight::counted(static_cast<std::size_t>(settings_.points), "point"), settings_.seed));
    report_["settings"] = {
        {"seed", settings_.seed}, {"hidden", settings_.hidden}, {"iterations", settings_.iterations},
        {"lr", settings_.lr},     {"points", settings_.points}, {"classes", settings_.classes}};
    ceiling_ = hs::data::ceiling(start_.X, settings_.classes == 2 ? start_.y : start_.targets);
    for (const auto& contradiction : ceiling_.contradictions) {
      const std::int64_t first = contradiction.samples[0];
      say("Samples {} are the same point ({:g}, {:g}) with different classes.",
          hindsight::joined(contradiction.samples, " and "), start_.X.array().at(2 * first),
          start_.X.array().at(2 * first + 1));
    }
    if (ceiling_.contradictions.empty())
      say("No two equal points have different classes: all {} can be right.", ceiling_.samples);
    else
      say("So {} of {} is the best that any function can do on this data ({:.3f}), and its loss cannot be "
          "below {:.5f}.",
          ceiling_.correct, ceiling_.samples, ceiling_.accuracy(), ceiling_.loss_floor);
    report_["ceiling"] = {
        {"correct", ceiling_.correct}, {"samples", ceiling_.samples}, {"loss_floor", ceiling_.loss_floor}};
  }

  void log(const lesson::Run& run) {
    Json& entries = report_["log"][run.way] = Json::array();
    for (const auto& [iteration, accuracy] : run.accuracies) {
      const double loss = run.losses[static_cast<std::size_t>(iteration)];
      say("Iter {:5}: loss={:.4f}, acc={:.3f}", iteration, loss, accuracy);
      entries.push_back({{"iteration", iteration}, {"loss", loss}, {"accuracy", accuracy}});
    }
  }

  lesson::Run learn_by_hand() {
    heading(hindsight::formatted("By hand: {}, float64, full batch, learning rate {:g}", widths_of(start_),
                                 settings_.lr));
    const lesson::Run run = lesson::by_hand(settings_, start_);
    log(run);
    report_["losses"] = run.losses;
    report_["microseconds"][run.way] = run.microseconds;
    return run;
  }

  static void require_finite(const lesson::Run& run) {
    for (std::size_t i = 0; i < run.losses.size(); ++i)
      if (!std::isfinite(run.losses[i]))
        hs::fail<hs::ValueError>(
            "training went astray at iteration {}: the loss is no longer finite; lower --lr", i);
    for (const hs::Tensor& weights : run.weights)
      for (std::int64_t i = 0; i < weights.elements(); ++i)
        if (!std::isfinite(weights.array().at(i)))
          hs::fail<hs::ValueError>(
              "training went astray at the last iteration: a weight is no longer finite; lower --lr");
  }

  void agreement(const lesson::Run& by_hand) {
    heading("By autograd and compiled, from the same start: largest relative difference from by hand");
    say("{:<14}{:>18}{:>18}{:>18}", "", "first gradients", "all losses", "final weights");
    for (const lesson::Run& run :
         {lesson::by_autograd(settings_, start_), lesson::by_plan(settings_, start_)}) {
      const double gradients = lesson::largest_difference(by_hand.first_gradients, run.first_gradients);
      const double losses = lesson::largest_difference(by_hand.losses, run.losses);
      const double weights = lesson::largest_difference(by_hand.weights, run.weights);
      say("{:<14}{:>18.1e}{:>18.1e}{:>18.1e}", run.way, gradients, losses, weights);
      report_["agreement"][run.way] = {
          {"first_gradients", gradients}, {"losses", losses}, {"final_weights", weights}};
      report_["microseconds"][run.way] = run.microseconds;
    }
  }

  void initialisers() {
    heading(hindsight::formatted("As a user would: float32, default initialiser, seeds 0 to {}", seeds - 1));
    const auto results = lesson::from_default_initialisers(settings_, seeds, [&](std::uint32_t seed) {
      console_.progress(hindsight::formatted("seed {} of {}", seed + 1, seeds));
    });
    console_.progress("");
    std::map<double, std::vector<std::uint32_t>, std::greater<>> by_accuracy;
    for (const auto& result : results) {
      by_accuracy[result.accuracy].push_back(result.seed);
      report_["initialisers"].push_back(
          {{"seed", result.seed}, {"loss", result.loss}, {"accuracy", result.accuracy}});
    }
    say("accuracy  seeds");
    for (const auto& [accuracy, which] : by_accuracy)
      say("   {:.3f}  {:>2}  ({})", accuracy, which.size(), hindsight::joined(which, ", "));
    const auto learned = std::count_if(results.begin(), results.end(), [&](const auto& result) {
      return result.accuracy >= ceiling_.accuracy() - 0.02;
    });
    say("{} of {} come within 0.02 of the best that is possible{}. No seed was picked.", learned, seeds,
        learned == seeds ? "" : "; the others are stuck");
  }

  lesson::Start at(const std::vector<hs::Tensor>& weights) const {
    lesson::Start moved = start_;
    for (std::size_t l = 0; l < moved.W.size(); ++l) {
      moved.W[l] = weights[2 * l];
      moved.b[l] = weights[2 * l + 1];
    }
    return moved;
  }

  void check(const std::string& when, const lesson::Start& at) {
    const auto model = lesson::model_of(at);
    const auto parameters = model.parameters();
    const auto result = hs::gradcheck([&] { return lesson::loss_of(model, at); }, parameters);
    heading(hindsight::formatted("Gradients against central differences (h = {:g}) at the {} weights",
                                 result.h, when));
    const auto& first = result.entries.at(0);
    say("W1[0,0]: backprop {:.6f}, numerical {:.6f}, difference {:.1e}: {}", first.backprop, first.numerical,
        first.difference(), name(first.verdict));
    const std::size_t saturated = result.count(hs::Verdict::saturated);
    say("all {} parameters: {} equal (largest difference {:.1e}), {}, {}{} wrong", result.entries.size(),
        result.count(hs::Verdict::equal), result.largest_difference(hs::Verdict::equal),
        hindsight::counted(result.count(hs::Verdict::kink), "kink"),
        saturated ? hindsight::formatted("{} saturated, ", saturated) : "", result.count(hs::Verdict::wrong));
    if (saturated > 0)
      console_.note(hindsight::formatted(
          "{} cannot be checked, as a unit is saturated: training went astray; lower --lr",
          hindsight::counted(saturated, "gradient")));
    Json& json = report_["check"][when] = Json::array();
    std::size_t told = 0;
    for (const auto& entry : result.entries) {
      if (entry.verdict != hs::Verdict::equal && told++ < most_told) say("  {}", described(entry));
      json.push_back({{"name", entry.label()},
                      {"backprop", entry.backprop},
                      {"numerical", entry.numerical},
                      {"difference", entry.difference()},
                      {"verdict", name(entry.verdict)}});
      for (const auto& kink : entry.kinks)
        json.back()["kinks"].push_back({{"operation", kink.operation},
                                        {"module", kink.module},
                                        {"sample", kink.sample},
                                        {"unit", kink.unit}});
    }
    if (told > most_told) say("  and {} more (--json lists all)", told - most_told);
    wrong_ += result.count(hs::Verdict::wrong);
  }

  static std::string described(const hs::GradcheckEntry& entry) {
    std::string text =
        hindsight::formatted("{:<14} backprop {:>12.4e}, numerical {:>12.4e}: {}", entry.label(),
                             entry.backprop, entry.numerical, name(entry.verdict));
    std::map<std::string, std::vector<std::int64_t>> samples;
    for (const auto& kink : entry.kinks)
      samples[hindsight::formatted("{} of module {}, unit {}", kink.operation, kink.module, kink.unit)]
          .push_back(kink.sample);
    for (const auto& [place, which] : samples)
      text += hindsight::formatted("; {} bends at sample{} {}", place, which.size() == 1 ? "" : "s",
                                   hindsight::joined(which, " and "));
    return text;
  }

  lesson::Run why_depth(const lesson::Run& network) {
    heading("Why depth: the same data without a hidden layer");
    const lesson::Run run = lesson::by_hand(settings_, lesson::with_hidden(settings_, {}));
    log(run);
    const double reached = run.accuracies.back().second;
    if (settings_.hidden.empty())
      say("That is this run: without a hidden layer only straight lines can be drawn. Try --hidden 16.");
    else if (reached < network.accuracies.back().second)
      say("Logistic regression fails: {:.3f}, against {:.3f} with hidden layers. One straight line cannot "
          "part the spirals.",
          reached, network.accuracies.back().second);
    else
      say("Here the hidden layers did not help: {:.3f} without, {:.3f} with.", reached,
          network.accuracies.back().second);
    return run;
  }

  void pictures(const lesson::Run& network, const lesson::Run& logistic) {
    heading("Pictures");
    for (const auto& [name, bytes] : lesson::draw(settings_, start_, network, logistic, ceiling_.loss_floor))
      out_.add(name, bytes);
    const std::vector<std::string> paths = out_.commit();
    if (paths.empty()) say("left out: this program was built without cairo");
    for (const std::string& path : paths) say("{}", path);
    report_["pictures"] = paths;
  }

  lesson::Settings settings_;
  OutputFolder out_;
  const Console& console_;
  lesson::Start start_;
  hs::data::Ceiling ceiling_;
  std::size_t wrong_ = 0;
  Json report_;
};

struct Arguments {
  lesson::Settings settings;
  std::string hidden = "16";
  std::string folder = "hindsight-demo";
  bool json = false;
};

void add_options(Command& command, Arguments& arguments) {
  lesson::Settings& settings = arguments.settings;
  command.option({"--seed", &settings.seed, "N", "Of data and initial weights, as in numpy.random.seed",
                  whole_number(0, std::numeric_limits<std::uint32_t>::max())});
  command.option(
      {"--out", &arguments.folder, "DIR", "The folder for the pictures; made when it is not there"});
  command.option({"--hidden", &arguments.hidden, "N,N,...", "Widths of the hidden layers (ReLU); 0 for none",
                  layer_widths()});
  command.option({"--iterations", &settings.iterations, "N", "Full-batch steps", whole_number(1, 1'000'000)});
  command.option({"--lr", &settings.lr, "X", "Learning rate", positive_number()});
  command.option({"--points", &settings.points, "N", "Points of each class", whole_number(1, 100'000)});
  command.option({"--classes", &settings.classes, "N", "Number of spirals", whole_number(2, 10)});
  command.flag("--json", arguments.json, "Print the findings as JSON instead of text");
}

}  // namespace

void add_demo(CommandLine& line, Console& console) {
  Command command =
      line.add("demo", "Give the lesson: two spirals learned by hand and by autograd, checked and drawn");
  command.example("Example:\n  hindsight demo --hidden 16 --iterations 5000 --out pictures\n");
  const auto arguments = std::make_shared<Arguments>();
  add_options(command, *arguments);
  command.runs([arguments, &console] {
    lesson::Settings settings = arguments->settings;
    settings.hidden = parse_widths(arguments->hidden);
    const bool was_quiet = console.quiet();
    if (arguments->json) console.set_quiet(true);
    Demo demo(settings, arguments->folder, console);
    const Json report = demo.run();
    console.set_quiet(was_quiet);
    if (arguments->json) console.data(report.dump(2) + "\n");
    if (demo.wrong() > 0)
      throw std::runtime_error(hindsight::formatted("{} wrong: this is a defect of the program",
                                                    hindsight::counted(demo.wrong(), "gradient")));
  });
}
