#pragma once
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>  // (the whole of it costs each table two seconds to compile)

#include <hindsight/tensor.hpp>

namespace golden {

/// One call of an operation in PyTorch, and what came out (tools/golden/frame.py says how it is stored).
struct Case {
  std::string operation;
  std::shared_ptr<const nlohmann::json> attributes;
  std::vector<hindsight::Tensor> inputs;  // undefined where one was left out
  std::vector<hindsight::Tensor> outputs;
  std::vector<std::size_t> differentiable;  // positions among the inputs
  std::vector<hindsight::Tensor> cotangents, gradients;
  bool second = false;
  std::vector<hindsight::Tensor> directions, second_derivatives;
  bool float32 = true;
  std::size_t index = 0;

  /// "case 12: pow {"exponent":2.0} of [2, 3]"
  std::string title() const;
};

/// The cases of tests/golden/FAMILY.safetensors, read once a process. Throws hindsight::Error for a file that
/// is not as it must be, also when it holds more numbers than the cases use.
const std::vector<Case>& cases_of(const std::string& family);

}  // namespace golden
