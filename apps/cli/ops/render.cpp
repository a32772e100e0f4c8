#include <algorithm>

#include <hindsight/document.hpp>
#include <hindsight/opcheck.hpp>

#include "base/characters.hpp"
#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "ops/facts.hpp"

namespace {

namespace hs = hindsight;

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string proven(const OperationFacts& facts) {
  if (!facts.wrong.empty()) return "WRONG";
  if (!facts.differentiable) return "values";
  return facts.orders_proven() == 0 ? "nothing" : hs::formatted("{}", facts.orders_proven());
}

std::string padded(std::string text, std::size_t to) {
  const std::size_t now = hs::characters(text);
  return now < to ? text.append(to - now, ' ') : text;
}

std::vector<std::vector<std::string>> rows_of(const std::vector<OperationFacts>& operations) {
  std::vector<std::vector<std::string>> rows{{"operation", "formula", "in words", "proven", "where"}};
  for (const OperationFacts& facts : operations)
    rows.push_back({facts.name, facts.formula, facts.words, proven(facts), facts.where});
  return rows;
}

std::string of_proof(const OperationFacts& facts) {
  if (!facts.wrong.empty()) return "WRONG: " + joined(facts.wrong, "\n               ");
  const std::string on = hs::formatted("on {} sample{}", facts.samples, facts.samples == 1 ? "" : "s");
  if (!facts.differentiable) return hs::formatted("values {}; there is no derivative", on);
  return hs::formatted("order {}: {} first and {} second derivatives against differences, {}",
                       facts.orders_proven(), facts.first_equal, facts.second_equal, on);
}

void write(hs::JsonWriter& json, const OperationFacts& facts) {
  json.object([&] {
    json.field("name", facts.name);
    json.field("formula", facts.formula);
    json.field("latex", facts.latex);
    json.field("words", facts.words);
    json.field("inputs", facts.inputs);
    json.key("attributes");
    json.object([&] {
      for (const auto& [name, values] : facts.attributes) json.field(name, values);
    });
    json.key("derivatives");
    json.object([&] {
      for (const auto& derivative : facts.derivatives) json.field(derivative.input, derivative.formula);
    });
    json.field("kinks", facts.kinks);
    json.field("domain", facts.domain);
    json.field("orders_proven", facts.orders_proven());
    json.field("samples", facts.samples);
    json.field("first_derivatives", facts.first_equal);
    json.field("second_derivatives", facts.second_equal);
    json.field("wrong", facts.wrong);
    json.field("onnx", facts.onnx);
    json.field("where", facts.where);
  });
}

}  // namespace

std::string to_table(const std::vector<OperationFacts>& operations) {
  const auto rows = rows_of(operations);
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], hs::characters(row[i]));
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += padded(row[i], widths[i]) + "  ";
    text += row.back() + "\n";
  }
  return text;
}

std::string to_markdown(const std::vector<OperationFacts>& operations) {
  hs::Document page;
  hs::Document::Table table("lllll", {"operation", "formula", "in words", "proven", "where"});
  for (const OperationFacts& facts : operations)
    table.row({hs::code(facts.name), hs::code(facts.formula), hs::plain(facts.words), proven(facts),
               hs::code(facts.where)});
  page.table(table);
  return hs::to_markdown(page);
}

std::string to_json(const std::vector<OperationFacts>& operations) {
  hs::JsonWriter json;
  json.array([&] {
    for (const OperationFacts& facts : operations) write(json, facts);
  });
  return std::move(json).text() + "\n";
}

std::string to_page(const OperationFacts& facts) {
  std::vector<std::pair<std::string, std::string>> lines{{"formula", "f = " + facts.formula},
                                                         {"LaTeX", facts.latex}};
  for (const auto& [name, values] : facts.attributes)
    lines.emplace_back("told", hs::formatted("{}, as {}", name, values));
  for (const auto& derivative : facts.derivatives)
    lines.emplace_back((derivative.is_partial ? "df/d" : "g to ") + derivative.input,
                       derivative.formula + (facts.told.empty() ? "" : "  (" + facts.told + ")"));
  if (!facts.kinks.empty()) lines.emplace_back("bends at", joined(facts.kinks, ", "));
  if (!facts.domain.empty()) lines.emplace_back("domain", facts.domain);
  lines.emplace_back("proven", of_proof(facts));
  lines.emplace_back("float32",
                     hs::formatted("within {} * sqrt(inputs per output) of float64, relative to the "
                                   "largest number",
                                   hs::OpcheckOptions().float32));
  if (!facts.onnx.empty()) lines.emplace_back("ONNX", facts.onnx);
  lines.emplace_back("where", facts.where);
  std::string text = facts.name + ": " + facts.words + "\n";
  for (const auto& [what, value] : lines) text += "  " + padded(what, 10) + value + "\n";
  return text;
}
