#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <hindsight/explain.hpp>
#include <hindsight/op.hpp>

/// What an operation says about itself, read from its facts alone, and what was found out by trying it.
struct OperationFacts {
  std::string name;
  std::string formula;  // "x / y"
  std::string latex;
  std::string words;
  std::string where;  // the file of its room
  std::string onnx;   // empty where ONNX has none
  std::vector<std::string> inputs;
  /// What it is told besides, with the values that the samples use.
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<hindsight::explain::StatedDerivative> derivatives;
  std::string told;                // the attributes that they are written for: "exponent=2"
  std::vector<std::string> kinks;  // "x = 0"
  std::string domain;              // of one number: "x >= 0"; empty where every number has a value
  /// What opcheck found on the operation's own samples.
  std::size_t samples, first_equal, second_equal;
  std::vector<std::string> wrong;
  bool differentiable;

  /// The highest order of derivative that was compared with differences throughout; 0 where nothing was.
  int orders_proven() const { return !wrong.empty() || first_equal == 0 ? 0 : second_equal == 0 ? 1 : 2; }
};

/// Runs opcheck: some milliseconds.
OperationFacts facts_of(const hindsight::Op& op);

std::string to_table(const std::vector<OperationFacts>& operations);
std::string to_markdown(const std::vector<OperationFacts>& operations);
std::string to_json(const std::vector<OperationFacts>& operations);
/// One operation in full.
std::string to_page(const OperationFacts& operation);
