// hindsight check: a network's gradients against central differences.
#include <memory>
#include <stdexcept>

#include <hindsight/check.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "opened.hpp"
#include "option_checks.hpp"
#include "output_folder.hpp"

namespace {

namespace hs = hindsight;
using hs::Tensor;

struct Arguments {
  std::string model;
  std::string data;
  std::int64_t rows = 200;
  std::int64_t elements = 256;
  bool json = false;
  std::string out;
};

constexpr const char* map_file = "gradcheck.svg";

hs::Gradcheck checked(const Opened& opened, const Arguments& arguments) {
  const std::int64_t rows = arguments.rows ? std::min(arguments.rows, opened.samples()) : opened.samples();
  const Tensor features = opened.features().slice(0, 0, rows), targets = opened.targets.slice(0, 0, rows);
  const auto parameters = opened.network.parameters();
  return hs::gradcheck([&] { return opened.loss(opened.network(features), targets); }, parameters,
                       {.most_elements = arguments.elements});
}

void run(const Arguments& arguments, const Console& console) {
  if (arguments.data.empty() && arguments.model != "lesson")
    throw hs::ValueError("a gradient needs samples: give the CSV file that holds them after the model");
  std::unique_ptr<OutputFolder> out;
  if (!arguments.out.empty())
    out = std::make_unique<OutputFolder>(arguments.out, std::vector<std::string>{map_file});
  const hs::Gradcheck check = checked(open_model(arguments.model, arguments.data), arguments);
  if (out) {
    out->add(map_file, hs::to_svg(check));
    out->commit();
  }
  if (arguments.json) {
    console.data(hs::to_json(check) + "\n");
  } else {
    std::string text = check.str();
    text.pop_back();
    console.line(text);
    if (out) console.line(hs::formatted("wrote {}/{}", arguments.out, map_file));
  }
  console.flush();
  if (check.failures() > 0)
    throw std::runtime_error(hs::formatted("{} of {} derivatives are wrong or not finite", check.failures(),
                                           check.entries.size()));
  if (!check.passed())
    throw std::runtime_error(hs::formatted("none of {} derivatives can be measured", check.entries.size()));
}

}  // namespace

void add_check(CommandLine& line, Console& console) {
  Command command = line.add(
      "check", "Hold a network's gradients against central differences; exit code 1 when one is wrong");
  command.example(
      "Example:\n"
      "  hindsight check lesson\n"
      "  hindsight check wine/model.safetensors wine.csv --out wine\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.option({"MODEL", &a.model, "", "\"lesson\", or what hindsight train saved", {}, true});
  command.option({"DATA", &a.data, "", "A CSV file that fits it"});
  command.option({"--rows", &a.rows, "N", "The first N rows make the loss; 0 for all", whole_number(0)});
  command.option(
      {"--elements", &a.elements, "N", "Of each parameter at most N elements; 0 for all", whole_number(0)});
  command.option({"--out", &a.out, "DIR", "The folder for gradcheck.svg, a map of each parameter"});
  command.flag("--json", a.json, "Print every element as one line of JSON");
  command.runs([arguments, &console] { run(*arguments, console); });
}
