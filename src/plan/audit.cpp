#include "plan/audit.hpp"

#include <algorithm>
#include <cmath>

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/compute.hpp"

namespace hindsight {
namespace {

DType widened(DType dtype) { return dtype == float32 ? float64 : dtype; }

/// An operation that is told to make float32 (a cast, a mask) makes float64.
Attributes widened(const Attributes& attributes) {
  Attributes wide = attributes;
  for (Attribute& attribute : wide)
    if (DType* dtype = std::get_if<DType>(&attribute.value)) *dtype = widened(*dtype);
  return wide;
}

double largest_of(const Array& array) {
  double largest = 0;
  for (std::int64_t i = 0; i < array.elements(); ++i) largest = std::max(largest, std::abs(array.at(i)));
  return largest;
}

void compare(const Array& actual, const Array& expected, const std::string& what, AuditReport& report) {
  const double scale = largest_of(expected);
  for (std::int64_t i = 0; i < expected.elements(); ++i) {
    const double difference = std::abs(actual.at(i) - expected.at(i)) / (scale > 0 ? scale : 1);
    if (difference <= report.largest || std::isnan(report.largest)) continue;  // a NaN stays
    report.largest = difference;
    report.where = formatted("{}[{}]", what, i);
  }
}

}  // namespace

Audit::Audit(const Recording& recording, std::span<const Tensor* const> inputs)
    : recording_(recording), values_(recording.graph.size()) {
  const Graph& graph = recording.graph;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& node = graph[i];
    if (recording.sources[i]) {
      const Array value = recording.leaf_value(i, inputs);
      values_[i] = value.to(widened(value.dtype()));
      continue;
    }
    InlineVector<const Array*, 4> operands;
    for (const std::size_t input : graph.inputs(i)) operands.push_back(&values_[input]);
    values_[i] = computed(node.op(), Operands(operands), widened(node.attributes()),
                          {node.shape(), widened(node.dtype())});
  }
}

void Audit::compare(std::span<const Tensor> outputs, AuditReport& report) const {
  ++report.steps;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    hindsight::compare(outputs[i].array(), values_[recording_.outputs[i]], formatted("output {}", i), report);
  for (const auto& [parameter, node] : recording_.assignments)
    hindsight::compare(parameter.value().array(), values_[node], formatted("\"{}\"", parameter.name()),
                       report);
}

}  // namespace hindsight
