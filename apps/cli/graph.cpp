// hindsight graph: the graph of an expression or of a model's loss, drawn.
#include <memory>

#include <hindsight/document.hpp>
#include <hindsight/draw.hpp>
#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "opened.hpp"
#include "output_folder.hpp"
#include "point.hpp"

namespace {

namespace hs = hindsight;
using hs::Tensor;

struct Arguments {
  std::string subject;
  std::string data;
  std::vector<std::string> at;
  std::string as = "dot";
  bool backward = false;
  std::string out;
};

struct Subject {
  Tensor output;
  std::vector<Tensor> inputs;
};

Subject subject_of(const Arguments& arguments) {
  if (names_a_model(arguments.subject)) {
    if (!arguments.at.empty())
      throw hs::ValueError("--at gives variables of an expression, and a model has none; leave it out");
    const Opened opened = open_model(arguments.subject, arguments.data);
    require_finite(opened);
    const bool invented = opened.samples_are == Opened::Samples::invented;
    const Tensor x = opened.features().named(invented                                        ? "x (invented)"
                                             : opened.samples_are == Opened::Samples::scaled ? "x (scaled)"
                                                                                             : "x");
    const Tensor loss = opened.loss(opened.network(x), opened.targets.named(invented ? "y (invented)" : "y"));
    std::vector<Tensor> weights;
    for (const hs::Parameter& parameter : opened.network.parameters()) weights.push_back(parameter.value());
    return {loss, weights};
  }
  const auto expression = expression_of(arguments.subject, arguments.data, arguments.at);
  Subject subject{expression.value, {}};
  for (const auto& [name, variable] : expression.variables) subject.inputs.push_back(variable);
  return subject;
}

std::string page_of(const hs::draw::Drawing& drawing, const Arguments& arguments) {
  hs::Document page;
  page.picture(to_svg(drawing), arguments.backward
                                    ? "What the derivatives compute, behind the forward pass"
                                    : "Each node with its value, and the gradient of the result by it");
  return to_html(page, hs::formatted("The graph of {}", arguments.subject));
}

void run(const Arguments& arguments, const Console& console) {
  const Subject subject = subject_of(arguments);
  const auto drawing = arguments.backward ? hs::draw::backward(subject.output, subject.inputs)
                                          : hs::draw::forward(subject.output);
  const std::string text = arguments.as == "svg"    ? to_svg(drawing)
                           : arguments.as == "html" ? page_of(drawing, arguments)
                           : arguments.as == "json" ? to_json(drawing)
                                                    : to_dot(drawing);
  if (arguments.out.empty()) return console.data(text);
  const std::string file = "graph." + arguments.as;
  OutputFolder out(arguments.out, {file});
  out.add(file, text);
  out.commit();
  console.line(hs::formatted("wrote {}/{}", arguments.out, file));
}

}  // namespace

void add_graph(CommandLine& line, Console& console) {
  Command command = line.add("graph", "Draw the graph of an expression or of a model's loss");
  command.example(
      "Example:\n"
      "  hindsight graph \"(3x+1)^2\" --at x=2 --as svg\n"
      "  hindsight graph lesson --backward\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.option(
      {"SUBJECT", &a.subject, "", "An expression, \"lesson\", or what hindsight train saved", {}, true});
  command.option({"DATA", &a.data, "", "The samples of a model: a CSV file with its columns"});
  command.option(point_option(a.at));
  command.option({"--out", &a.out, "DIR", "The folder for graph.dot, graph.svg, graph.html or graph.json"});
  command.flag("--backward", a.backward, "Draw the graph of the gradients");
  command.forms(a.as, {"dot", "svg", "html", "json"}, "a drawing");
  command.runs([arguments, &console] { run(*arguments, console); });
}
