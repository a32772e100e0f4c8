// hindsight explain: the chain rule on an expression, the backpropagation of a network, and one weight of it.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <hindsight/blame/weight.hpp>
#include <hindsight/draw.hpp>
#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/explain/derivation.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "forms.hpp"
#include "opened.hpp"
#include "option_checks.hpp"
#include "output_folder.hpp"
#include "point.hpp"

namespace {

namespace hs = hindsight;

struct Arguments {
  std::string subject;
  std::string data;
  std::vector<std::string> at;
  std::string weight;
  std::size_t top = 10;
  std::string as = "text";
  bool steps = false;
  bool curve = false;
  std::string out;
};

/// How good a numerical derivative is depends on its step.
std::vector<hs::explain::Curve> curves_of(const hs::explain::Expression& expression) {
  std::vector<hs::explain::Curve> curves;
  for (const auto& [name, variable] : expression.variables) {
    curves.push_back({name, hs::explain::errors_by_step(expression, name)});
    if (curves.back().errors.empty())
      hs::fail<hs::ValueError>(
          "there is no error to show by {}: its derivative or the values beside {} = {} are not finite", name,
          name, variable.item());
  }
  return curves;
}

void show_curves(const std::vector<hs::explain::Curve>& curves, const Console& console) {
  for (const auto& [name, errors] : curves) {
    console.line(hs::formatted(
        "The numerical derivative by {}, (f({}+h) - f({}-h)) / 2h: too large a step cuts off the "
        "curve, too small a one loses digits",
        name, name, name));
    console.line(to_text(errors));
  }
}

constexpr const char* curve_file = "curve.svg";

void draw_curves(const std::vector<hs::explain::Curve>& curves, const std::string& folder) {
  OutputFolder out(folder, {curve_file});
  out.add(curve_file, hs::explain::to_svg(curves));
  out.commit();
}

/// A page for a browser has the graph as well.
hs::Document page_of(const hs::explain::Chain& chain, const hs::explain::Expression& expression,
                     const std::string& form) {
  hs::Document page = document(chain);
  if (form == "html")
    page.picture(to_svg(hs::draw::forward(expression.value)),
                 "Each step with its value, and the gradient of the result by it");
  return page;
}

void explain_expression(const Arguments& arguments, const Console& console) {
  const auto expression = expression_of(arguments.subject, arguments.data, arguments.at);
  const auto chain = hs::explain::chain_rule(expression);
  const bool is_text = arguments.as == "text";
  if (!is_text && (arguments.steps || arguments.curve))
    hs::fail<hs::ValueError>("{} is text only: leave out --as {}", arguments.steps ? "--steps" : "--curve",
                             arguments.as);
  std::vector<hs::explain::Curve> curves;
  if (arguments.curve || !arguments.out.empty()) curves = curves_of(expression);
  if (!arguments.out.empty()) draw_curves(curves, arguments.out);
  if (!is_text)
    return console.data(arguments.as == "json" ? to_json(chain)
                                               : in_form(page_of(chain, expression, arguments.as),
                                                         arguments.as, expression.text));
  console.line(arguments.steps ? to_steps(chain) : to_text(chain));
  if (arguments.curve) show_curves(curves, console);
  if (!arguments.out.empty()) console.line(hs::formatted("wrote {}/{}", arguments.out, curve_file));
}

void explain_weight(const Arguments& arguments, const Console& console) {
  const Opened opened = open_model(arguments.subject, arguments.data);
  const auto [parameter, element] = find_weight(opened.network, arguments.weight);
  require_finite_weights(opened);
  // Rows are scaled tile by tile: a table of scaled features would be as large as the table.
  const hs::blame::Problem problem{[&opened](const hs::Tensor& rows, const hs::Tensor& targets) {
                                     return opened.loss(opened.network(opened.scaled(rows)), targets);
                                   },
                                   opened.rows, opened.targets};
  const auto report = hs::blame::explain_weight(problem, parameter, element,
                                                {.terms = arguments.top, .paths = arguments.top});
  // Every step of every sample is looked at only when there is something to find: that takes seconds.
  if (!std::isfinite(report.moved) || !std::isfinite(report.numerical)) require_finite(opened);
  if (arguments.as == "json") return console.data(to_json(report));
  const std::string scaled = opened.samples_are != Opened::Samples::scaled
                                 ? ""
                                 : "The network takes scaled features, (value - mean) / deviation: so is an "
                                   "activation that is a feature.";
  if (arguments.as == "text")
    return console.data(to_text(report) + (scaled.empty() ? "" : "\n" + scaled + "\n"));
  hs::Document page = document(report);
  if (!scaled.empty()) page.paragraph(scaled);
  console.data(in_form(page, arguments.as, "The gradient of " + report.weight));
}

/// Says what x and y are where that is not plain.
void remark_on_data(hs::explain::Derivation& derivation, Opened::Samples samples) {
  const bool invented = samples == Opened::Samples::invented;
  for (hs::explain::Given& given : derivation.givens) {
    if (given.what == "x" && samples != Opened::Samples::plain)
      given.what = invented ? "invented rows, as no data were given" : "scaled: (value - mean) / deviation";
    if (given.what == "y" && invented) given.what = "each class in turn";
  }
}

void explain_network(const Arguments& arguments, const Console& console) {
  const Opened opened = open_model(arguments.subject, arguments.data);
  require_finite(opened);
  auto derivation = hs::explain::derivation([&opened] {
    return opened.loss(opened.network(opened.features().named("x")), opened.targets.named("y"));
  });
  remark_on_data(derivation, opened.samples_are);
  console.data(arguments.as == "json"   ? to_json(derivation)
               : arguments.as == "text" ? to_text(derivation)
                                        : in_form(document(derivation), arguments.as,
                                                  "The backpropagation of " + arguments.subject));
}

void run(const Arguments& arguments, const Console& console) {
  const bool is_model = names_a_model(arguments.subject);
  if (!is_model && !arguments.weight.empty())
    hs::fail<hs::ValueError>(
        "--weight needs a model: {} is neither \"lesson\" nor a .safetensors file nor a "
        "folder with one",
        hs::excerpt(arguments.subject));
  if (!is_model) return explain_expression(arguments, console);
  if (arguments.steps || arguments.curve || !arguments.out.empty())
    hs::fail<hs::ValueError>("{} is for expressions, and {} is a model",
                             arguments.steps   ? "--steps"
                             : arguments.curve ? "--curve"
                                               : "--out",
                             arguments.subject);
  if (!arguments.at.empty())
    throw hs::ValueError("--at gives variables of an expression, and a model has none; leave it out");
  if (arguments.weight.empty()) return explain_network(arguments, console);
  if (arguments.data.empty() && arguments.subject != "lesson")
    throw hs::ValueError(
        "a gradient is a sum over samples: give the CSV file that holds them after the model");
  explain_weight(arguments, console);
}

}  // namespace

void add_explain(CommandLine& line, Console& console) {
  Command command =
      line.add("explain", "Show the chain rule at work: on an expression, on a model, or on a weight of it");
  command.example(
      "Example:\n"
      "  hindsight explain \"(3x+1)^2\" --at x=2\n"
      "  hindsight explain \"sigmoid(w*x + b)\" --at w=0.5,x=2,b=-1\n"
      "  hindsight explain lesson\n"
      "  hindsight explain wine/model.safetensors wine.csv --as markdown\n"
      "  hindsight explain lesson --weight 0.weight[3,1]\n"
      "  hindsight explain wine/model.safetensors wine.csv --weight 0.weight[3,1]\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.option({"SUBJECT",
                  &a.subject,
                  "",
                  "As (3x+1)^2 or x*sin(y); or a model: \"lesson\", or what hindsight train saved",
                  {},
                  true});
  command.option({"DATA", &a.data, "", "The samples of a model: a CSV file with its columns"});
  command.option(point_option(a.at));
  command.option({"--weight", &a.weight, "NAME", "The weight whose gradient to open: 0.weight[3,1]",
                  [](const std::string& text) {
                    return text.empty() ? "no weight is named; write 0.weight[3,1]" : std::string();
                  }});
  command.option({"--top", &a.top, "N", "How many terms of a weight to list", whole_number(1, 1'000'000)});
  command.flag("--steps", a.steps, "Of an expression: one node at a time, with the graph beside it");
  command.flag("--curve", a.curve, "Of an expression: the error of numerical derivatives by their step");
  command.option(
      {"--out", &a.out, "DIR", "Of an expression: the folder for curve.svg, that error as a picture"});
  command.forms(a.as, {"text", "markdown", "latex", "html", "json"}, "an explanation");
  command.runs([arguments, &console] { run(*arguments, console); });
}
