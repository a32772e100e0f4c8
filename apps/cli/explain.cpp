// hindsight explain: the chain rule on an expression.
#include <algorithm>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <fast_float/fast_float.h>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "console.hpp"

namespace {

namespace hs = hindsight;

/// "x=2,y=-0.5" and lists of such.
std::map<std::string, double> point_of(const std::vector<std::string>& entries) {
  std::map<std::string, double> point;
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    double value = 0;
    const char* first = entry.data() + std::min(entry.size(), equals + 1);
    const char* last = entry.data() + entry.size();
    if (equals == std::string::npos || equals == 0 || first == last ||
        fast_float::from_chars(first, last, value).ptr != last)
      hs::fail<hs::ValueError>("--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"{}\"", entry);
    if (!point.emplace(entry.substr(0, equals), value).second)
      hs::fail<hs::ValueError>("--at gives {} twice", entry.substr(0, equals));
  }
  return point;
}

/// A value that nothing takes is a slip of the pen.
void require_used(const std::map<std::string, double>& point, const hs::explain::Expression& expression) {
  for (const auto& given : point)
    if (std::none_of(expression.variables.begin(), expression.variables.end(),
                     [&](const auto& variable) { return variable.first == given.first; }))
      hs::fail<hs::ValueError>("--at gives {}, which does not occur in \"{}\"", given.first, expression.text);
}

std::string_view without_margin(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

struct Arguments {
  std::string expression;
  std::vector<std::string> at;
  bool json = false;
};

}  // namespace

void add_explain(CLI::App& app, Console& console) {
  CLI::App& command =
      *app.add_subcommand("explain", "Show the chain rule at work on an expression, with its numbers");
  command.footer(
      "Example:\n"
      "  hindsight explain \"(3x+1)^2\" --at x=2\n"
      "  hindsight explain \"sigmoid(w*x + b)\" --at w=0.5,x=2,b=-1\n");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("expression", arguments->expression, "As (3x+1)^2 or x*sin(y)")->required();
  command.add_option("--at", arguments->at, "Values of the variables: x=2 or x=2,y=0.5")->delimiter(',');
  command.add_flag("--json", arguments->json, "Print nodes, derivatives and paths as JSON");
  command.callback([arguments, &console] {
    const auto point = point_of(arguments->at);
    const auto expression = hs::explain::read_expression(without_margin(arguments->expression), point);
    require_used(point, expression);
    const auto chain = hs::explain::chain_rule(expression);
    if (arguments->json)
      console.data(hs::explain::to_json(chain));
    else
      console.line(hs::explain::to_text(chain));
  });
}
