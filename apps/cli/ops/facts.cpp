#include "ops/facts.hpp"

#include <algorithm>
#include <cctype>

#include <hindsight/explain.hpp>
#include <hindsight/opcheck.hpp>

#include "base/format.hpp"
#include "ops/shape_of_curve.hpp"

namespace {

namespace hs = hindsight;
using hs::Op, hs::Sample, hs::Tensor;

std::vector<std::string> names_of_inputs(const Op& op) {
  static const std::vector<std::string> letters{"x", "y", "z"};
  const std::size_t count = op.arity < 0 ? 1 : std::min<std::size_t>(3, static_cast<std::size_t>(op.arity));
  return {letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::string written(const hs::AttributeValue& value) {
  struct Writer {
    std::string operator()(std::int64_t x) const { return hs::formatted("{}", x); }
    std::string operator()(double x) const { return hs::formatted("{}", x); }
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(hs::DType x) const { return std::string(hs::name(x)); }
    std::string operator()(const hs::Shape& x) const { return x.str(); }
    std::string operator()(const std::string& x) const { return '"' + x + '"'; }
  };
  return std::visit(Writer(), value);
}

/// Every attribute with the values that it has in the samples, in their order.
std::vector<std::pair<std::string, std::string>> attributes_of(const std::vector<Sample>& samples) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const Sample& sample : samples)
    for (const hs::Attribute& attribute : sample.attributes) {
      auto entry = std::find_if(all.begin(), all.end(),
                                [&](const auto& known) { return known.first == attribute.name; });
      if (entry == all.end()) entry = all.insert(all.end(), {std::string(attribute.name), {}});
      const std::string value = written(attribute.value);
      if (std::find(entry->second.begin(), entry->second.end(), value) == entry->second.end())
        entry->second.push_back(value);
    }
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [name, values] : all) {
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
    result.emplace_back(name, list);
  }
  return result;
}

/// "\\lceil", which a letter would make another command.
bool ends_in_command(const std::string& latex) {
  const std::size_t slash = latex.rfind('\\');
  return slash != std::string::npos && slash + 1 < latex.size() &&
         std::all_of(latex.begin() + static_cast<std::ptrdiff_t>(slash) + 1, latex.end(),
                     [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
}

/// A template with names in the places of its inputs and attributes. In LaTeX braces are also LaTeX's own.
template <class Attribute>
std::string filled(std::string_view text, const OperationFacts& facts, const Attribute& attribute) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = text[i] == '{' ? text.find_first_of("{}", i + 1) : std::string_view::npos;
    const std::string key(close == std::string_view::npos ? "" : text.substr(i + 1, close - i - 1));
    const bool is_input = key.size() == 1 && std::isdigit(static_cast<unsigned char>(key[0]));
    const std::size_t input = is_input ? static_cast<std::size_t>(key[0] - '0') : facts.inputs.size();
    const bool is_attribute = std::any_of(facts.attributes.begin(), facts.attributes.end(),
                                          [&](const auto& known) { return known.first == key; });
    if (input >= facts.inputs.size() && !is_attribute) {
      result += text[i];
      continue;
    }
    const std::string value = is_attribute ? attribute(key) : facts.inputs[input];
    if (ends_in_command(result)) result += ' ';
    result += value;
    i = close;
  }
  return result;
}

}  // namespace

OperationFacts facts_of(const Op& op) {
  const std::vector<Sample> samples = op.samples ? op.samples() : std::vector<Sample>();
  OperationFacts facts{};
  facts.name = op.name;
  facts.words = op.words;
  facts.where = hs::formatted("src/ops/{}.cpp", op.name);
  facts.onnx = op.onnx;
  facts.inputs = names_of_inputs(op);
  facts.attributes = attributes_of(samples);
  facts.formula = filled(op.text, facts, [](const std::string& key) { return key; });
  facts.latex =
      filled(op.latex, facts, [](const std::string& key) { return hs::formatted(R"(\mathrm{{{}}})", key); });
  facts.samples = samples.size();
  facts.differentiable = op.is_differentiable();
  if (samples.empty()) return facts;
  if (facts.differentiable) facts.derivatives = hs::explain::stated_derivatives(op, samples[0], facts.inputs);
  if (op.arity < 0) facts.derivatives.resize(1);
  facts.told = samples[0].attributes.str();
  facts.kinks = kinks_of(op, samples[0].attributes, facts.inputs);
  facts.domain = domain_of(op, samples[0]);
  const hs::Opcheck proof = hs::opcheck(op, samples);
  facts.first_equal = proof.first_equal;
  facts.second_equal = proof.second_equal;
  for (const hs::OpcheckFinding& finding : proof.wrong) facts.wrong.push_back(finding.str());
  return facts;
}
