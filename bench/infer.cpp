// Times compiled inference, predict(x, y) on plain numbers, for a batch, of one sample unless told otherwise.
#include "network.hpp"
#include "pace.hpp"

using namespace bench;

namespace {

template <class T>
void time_inference(const Job& job) {
  const hs::Tensor x = hs::tensor(data_of<T>(job).inputs, {job.batch, job.inputs()});
  const auto model = network<T>(job);
  auto infer = hs::compile(model);
  auto predict = infer.template on_numbers<T>(x.shape());
  const std::span<const T> input = x.template data<T>();
  std::vector<T> output(static_cast<std::size_t>(predict.output_shape().elements()));
  const auto first_output = [&] {
    predict(input, output);
    return static_cast<double>(output[0]);
  };
  const double first = first_output();
  time_step(job, first, infer.describe(), first_output);
}

}  // namespace

int main(int argc, char** argv) {
  return run_job(argc, argv, [](const Job& job) {
    use_threads(job.threads);
    job.dtype == "float32" ? time_inference<float>(job) : time_inference<double>(job);
  });
}
