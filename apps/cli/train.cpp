// hindsight train: fits a classifier to somebody's own table.
#include <chrono>
#include <memory>

#include <hindsight/hindsight.hpp>
#ifdef HINDSIGHT_HAS_FIGURE
#include <hindsight/figure.hpp>
#endif

#include "base/counted.hpp"
#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "option_checks.hpp"
#include "output_folder.hpp"

namespace {

namespace data = hindsight::data;
namespace train = hindsight::train;

struct Arguments {
  std::string file;
  std::string target;
  std::vector<std::string> ignore;
  std::string model = "16,16";
  std::int64_t epochs = 100;
  std::int64_t batch = 32;
  double lr = 0.01;
  double validation = 0.2;
  std::uint32_t seed = 0;
  bool eager = false;
  std::string audit;
  bool json = false;
  std::string out;
};

/// What was learned, and all that the report says of it.
struct Outcome {
  data::Classification samples;
  train::FittedClassifier fitted;
  double seconds = 0;
  hindsight::AuditReport audit;

  const train::Epoch& last() const { return fitted.history.back(); }
  const std::string& majority() const {
    return samples.class_names[static_cast<std::size_t>(fitted.majority_class)];
  }
};

std::string quoted(const std::string& name) { return '"' + one_line(name) + '"'; }

std::string progress_text(const train::Progress& now, const train::Epoch& last, std::int64_t epochs) {
  const double done = static_cast<double>(now.samples_done) / static_cast<double>(now.samples);
  const double fraction = (static_cast<double>(now.epoch - 1) + done) / static_cast<double>(epochs);
  std::string text = hindsight::formatted("epoch {:>{}}/{} {}", now.epoch, std::to_string(epochs).size(),
                                          epochs, bar(fraction));
  if (last.number > 0) text += hindsight::formatted(" loss {:.4f}", last.train_loss);
  if (last.validation)
    text += hindsight::formatted(", validation loss {:.4f}, accuracy {:.3f}", last.validation->loss,
                                 last.validation->accuracy);
  return text;
}

Outcome learn(const Arguments& arguments, data::Classification samples, const Console& console) {
  train::Epoch last;
  train::ClassifierOptions options{.hidden = parse_widths(arguments.model),
                                   .validation = arguments.validation,
                                   .lr = arguments.lr,
                                   .fit = {.epochs = arguments.epochs,
                                           .batch = arguments.batch,
                                           .eager = arguments.eager,
                                           .audit_every = parse_one_in(arguments.audit)}};
  hindsight::AuditReport audit;
  options.fit.on_audit = [&audit](const hindsight::AuditReport& found) { audit = found; };
  if (console.shows_progress()) {
    options.fit.on_epoch = [&last](const train::Epoch& epoch) {
      last = epoch;
      return true;
    };
    options.fit.on_batch = [&](const train::Progress& now) {
      console.progress(progress_text(now, last, arguments.epochs));
    };
  }
  hindsight::manual_seed(arguments.seed);
  const auto start = std::chrono::steady_clock::now();
  train::FittedClassifier fitted = train::fit_classifier(samples, options);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  console.end_progress();
  return {std::move(samples), std::move(fitted), taken.count(), audit};
}

std::string log_csv(const std::vector<train::Epoch>& history) {
  std::string text = "epoch,train_loss,validation_loss,validation_accuracy\n";
  for (const train::Epoch& epoch : history) {
    text += hindsight::formatted("{},{}", epoch.number, epoch.train_loss);
    text += epoch.validation
                ? hindsight::formatted(",{},{}\n", epoch.validation->loss, epoch.validation->accuracy)
                : ",,\n";
  }
  return text;
}

#ifdef HINDSIGHT_HAS_FIGURE
std::string loss_svg(const std::vector<train::Epoch>& history) {
  std::vector<double> epochs, training, validation;
  bool positive = true;  // a logarithmic axis has no place for a loss that has come down to 0
  for (const train::Epoch& epoch : history) {
    epochs.push_back(static_cast<double>(epoch.number));
    training.push_back(epoch.train_loss);
    if (epoch.validation) validation.push_back(epoch.validation->loss);
    positive = positive && epoch.train_loss > 0 && (!epoch.validation || epoch.validation->loss > 0);
  }
  namespace figure = hindsight::figure;
  figure::Figure picture;
  figure::Axes axes = picture.axes().line(epochs, training, {.label = "training"});
  if (!validation.empty()) axes.line(epochs, validation, {.label = "validation"});
  axes.title("Loss").x_label("epoch").y_label("cross-entropy").grid().legend();
  if (positive) axes.y_scale(figure::Scale::log);
  return picture.to_svg();
}
#endif

constexpr const char *model_file = "model.safetensors", *log_file = "log.csv", *loss_file = "loss.svg";

std::vector<std::string> file_names() { return {model_file, log_file, loss_file}; }

void write(OutputFolder& out, const Outcome& outcome) {
  out.add(model_file, data::safetensors_bytes(train::pack_model(outcome.fitted.classifier)));
  out.add(log_file, log_csv(outcome.fitted.history));
#ifdef HINDSIGHT_HAS_FIGURE
  out.add(loss_file, loss_svg(outcome.fitted.history));
#endif
}

void describe_data(const std::string& file, const data::Classification& samples, const Console& console) {
  std::string names;
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, samples.class_names.size()); ++i)
    names += (i ? ", " : "") + quoted(samples.class_names[i]);
  if (samples.class_names.size() > most) names += ", …";
  console.line(hindsight::formatted("{}: {}, {}, {} classes of {}: {}", file,
                                    hindsight::counted(static_cast<std::size_t>(samples.samples()), "row"),
                                    hindsight::counted(samples.feature_names.size(), "feature"),
                                    samples.class_names.size(), quoted(samples.target), names));
}

void note_constant_features(const Outcome& outcome, const Console& console) {
  const std::vector<std::size_t> constant = outcome.fitted.classifier.scaling.constant();
  if (constant.empty()) return;
  constexpr std::size_t most = 5;
  std::string names;
  for (std::size_t k = 0; k < std::min(most, constant.size()); ++k)
    names += (k ? ", " : "") + quoted(outcome.samples.feature_names[constant[k]]);
  if (constant.size() > most) names += hindsight::formatted(" and {} more", constant.size() - most);
  const bool one = constant.size() == 1;
  console.note(hindsight::formatted("column{} {} never {} in the training rows, and {} left at 0",
                                    one ? "" : "s", names, one ? "varies" : "vary", one ? "is" : "are"));
}

void report(const Outcome& outcome, const Console& console) {
  const train::FittedClassifier& fitted = outcome.fitted;
  std::size_t weights = 0;
  for (const hindsight::Parameter& parameter : fitted.classifier.model.parameters())
    weights += static_cast<std::size_t>(parameter.shape().elements());
  console.line(hindsight::formatted("learned from {} in {} ({:.2g} s), {}: training loss {:.4f}",
                                    hindsight::counted(fitted.split.training.size(), "row"),
                                    hindsight::counted(fitted.history.size(), "epoch"), outcome.seconds,
                                    hindsight::counted(weights, "weight"), outcome.last().train_loss));
  if (outcome.audit.steps > 0)
    console.line(hindsight::formatted(
        "audit: {} of the compiled steps against eager float64, largest relative difference {:.1e}{}{}",
        outcome.audit.steps, outcome.audit.largest, outcome.audit.where.empty() ? "" : " at ",
        outcome.audit.where));
  if (!outcome.last().validation) {
    console.line("no rows were held out (--validation 0), so nothing is known of how it does on new ones");
    return;
  }
  const train::Score& score = *outcome.last().validation;
  const bool better = score.accuracy > fitted.majority_accuracy;
  const std::string accuracy = hindsight::formatted("validation accuracy {:.3f}", score.accuracy);
  console.line(hindsight::formatted("{} on {} held out, loss {:.4f}; {}always saying {} reaches {:.3f}",
                                    console.bold(better ? console.green(accuracy) : console.red(accuracy)),
                                    hindsight::counted(fitted.split.validation.size(), "row"), score.loss,
                                    better ? "" : "no better than a guess: ", quoted(outcome.majority()),
                                    fitted.majority_accuracy));
}

std::string summary(const Arguments& arguments, const Outcome& outcome,
                    const std::vector<std::string>& files) {
  const train::FittedClassifier& fitted = outcome.fitted;
  const auto& validation = outcome.last().validation;
  const auto if_validated = [&](double value) { return validation ? std::optional(value) : std::nullopt; };
  hindsight::JsonWriter json;
  json.object([&] {
    json.field("file", arguments.file);
    json.field("target", outcome.samples.target);
    json.field("rows", outcome.samples.samples());
    json.field("features", outcome.samples.feature_names.size());
    json.each("constant_features", fitted.classifier.scaling.constant(),
              [&](std::size_t i) { json.value(outcome.samples.feature_names[i]); });
    json.field("classes", outcome.samples.class_names);
    json.field("training_rows", fitted.split.training.size());
    json.field("validation_rows", fitted.split.validation.size());
    json.field("seed", arguments.seed);
    json.field("epochs", fitted.history.size());
    json.field("seconds", outcome.seconds);
    json.field("train_loss", outcome.last().train_loss);
    json.field("validation_loss", if_validated(validation ? validation->loss : 0));
    json.field("validation_accuracy", if_validated(validation ? validation->accuracy : 0));
    json.field("majority_class", outcome.majority());
    json.field("majority_accuracy", if_validated(fitted.majority_accuracy));
    json.field("audited_steps", outcome.audit.steps);
    json.field("audit_largest_difference",
               outcome.audit.steps > 0 ? std::optional(outcome.audit.largest) : std::nullopt);
    json.field("files", files);
  });
  return std::move(json).text();
}

void run(const Arguments& arguments, const Console& console) {
  OutputFolder out(arguments.out, file_names());
  const bool talks = !arguments.json;
  data::Classification samples = data::classification(
      data::read_csv(arguments.file), {.target = arguments.target, .ignore = arguments.ignore});
  if (talks) describe_data(arguments.file, samples, console);
  const Outcome outcome = learn(arguments, std::move(samples), console);
  note_constant_features(outcome, console);
  if (talks) report(outcome, console);

  summary(arguments, outcome, {});  // a file name that JSON cannot hold is found before anything is written
  write(out, outcome);
  const std::vector<std::string> files = out.commit();
#ifndef HINDSIGHT_HAS_FIGURE
  console.note("loss.svg is left out: this program was built without cairo");
#endif
  if (talks) {
    for (const std::string& file : files) console.line("wrote " + file);
    return;
  }
  console.data(summary(arguments, outcome, files) + "\n");
}

}  // namespace

void add_train(CommandLine& line, Console& console) {
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  Command command = line.add("train", "Fit a classifier to the rows of a CSV file");
  command.option({"FILE",
                  &a.file,
                  "",
                  "A CSV file with a header line: numbers to learn from, and a column of classes",
                  {},
                  true});
  command.option(
      {"--target", &a.target, "COLUMN", "The column that holds the classes, as text or numbers", {}, true});
  command.option({"--out",
                  &a.out,
                  "DIR",
                  "The folder for model.safetensors, log.csv and loss.svg; made when it is not there",
                  {},
                  true});
  command.option({"--ignore", &a.ignore, "COLUMN", "A column to leave out; may be given several times"});
  command.option(
      {"--model", &a.model, "N,N,...", "Widths of the hidden layers (ReLU); 0 for none", layer_widths()});
  command.option({"--epochs", &a.epochs, "N", "Passes over the training rows", whole_number(1)});
  command.option({"--batch", &a.batch, "N", "Rows a step", whole_number(1)});
  command.option({"--lr", &a.lr, "X", "Learning rate of SGD with momentum 0.9", positive_number()});
  command.option({"--validation", &a.validation, "X", "Share of each class to hold out; 0 for none",
                  number_between(0, 1)});
  command.option({"--seed", &a.seed, "N", "Fixes the split, the initial weights and the shuffles",
                  whole_number(0, std::numeric_limits<std::uint32_t>::max())});
  command.flag("--eager", a.eager,
               "Run operation by operation instead of compiling: slower, the same numbers");
  command.option({"--audit", &a.audit, "1/N",
                  "Check one compiled step in N against eager float64, and report the largest difference",
                  one_in()});
  command.flag("--json", a.json, "Print the result as one line of JSON");
  command.example(
      "Example:\n  hindsight train wine.csv --target cultivar --model 16,16 --epochs 100 --out wine\n");
  command.runs([arguments, &console] { run(*arguments, console); });
}
