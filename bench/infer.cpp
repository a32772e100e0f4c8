// Times compiled inference: infer(x) for a batch, of one sample unless told otherwise.
#include "network.hpp"
#include "pace.hpp"

using namespace bench;

namespace {

template <class T>
void time_inference(const Job& job) {
  const hs::Tensor x = hs::tensor(data_of<T>(job).inputs, {job.batch, job.inputs()});
  const auto model = network<T>(job);
  auto infer = hs::compile(model);
  const auto first_output = [&] { return static_cast<double>(infer(x).template data<T>()[0]); };
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
