"use strict";
/* Loads the scripts that hold data, each once. A data script calls `sitegen.receive(name, data)`: the one way to read
 * a neighbouring file from file://. How a script is fetched is the caller's business. */
(function (sitegen) {
  const received = new Map();

  sitegen.receive = function (name, data) {
    received.set(name, data);
  };

  // `fetchScript(path)` gives a promise that settles when the script has run or failed.
  sitegen.shards = function (fetchScript) {
    const loading = new Map();

    async function load(name) {
      const path = "search/" + name + ".js";
      try {
        await fetchScript(path);
      } catch (error) {
        throw new Error(sitegen.say("A part of the search index is missing: {path}.", { path }), { cause: error });
      }
      if (!received.has(name)) {
        throw new Error(sitegen.say("A part of the search index is damaged: {path}.", { path }));
      }
      const data = received.get(name);
      received.delete(name);
      return data;
    }

    return {
      // The data of `search/<name>.js`; read once, and again after a failure.
      load(name) {
        if (!loading.has(name)) {
          const promise = load(name);
          promise.catch(() => loading.delete(name));
          loading.set(name, promise);
        }
        return loading.get(name);
      },

      // Lets `name` be forgotten; it is loaded again when asked for.
      forget(name) {
        loading.delete(name);
      },
    };
  };
})(sitegen);
