/*
 * An extension for web/worker_threads.php: PHP's threads as FrankenPHP's worker mode uses them. Each thread runs one script in
 * one PHP request that lasts as long as the script; the script serves request after request, and between two of them only
 * the session module (and filter) is told that one ended: no other extension's RSHUTDOWN or post_deactivate is called.
 */

#define _GNU_SOURCE
#include <pthread.h>
#include <php.h>
#include <php_main.h>
#include <SAPI.h>

#define MOST_THREADS 64

static void reload(const char *name, size_t length, int ends)
{
    zend_module_entry *module = zend_hash_str_find_ptr(&module_registry, name, length);
    if (module == NULL) {
        return;
    }
    if (ends && module->request_shutdown_func != NULL) {
        module->request_shutdown_func(module->type, module->module_number);
    } else if (!ends && module->request_startup_func != NULL) {
        module->request_startup_func(module->type, module->module_number);
    }
}

/* One request of a worker ends, and the next one begins. */
PHP_FUNCTION(next_request)
{
    ZEND_PARSE_PARAMETERS_NONE();
    reload(ZEND_STRL("filter"), 1);
    reload(ZEND_STRL("session"), 1);
    SG(headers_sent) = 0;
    reload(ZEND_STRL("filter"), 0);
    reload(ZEND_STRL("session"), 0);
}

static void *run(void *file)
{
    zend_file_handle script;
    ts_resource(0);
    if (php_request_startup() == SUCCESS) {
        zend_stream_init_filename(&script, (const char *) file);
        php_execute_script(&script);
        zend_destroy_file_handle(&script);
        php_request_shutdown(NULL);
    }
    /* What the thread has is freed at the process's end: ts_free_thread() trips over an assertion of a debug build (ZEND_RC_DEBUG). */
    return NULL;
}

/* Runs a script in so many threads at once, and waits until all have ended. */
PHP_FUNCTION(run_in_threads)
{
    zend_long threads, started;
    zend_string *file;
    pthread_t thread[MOST_THREADS];

    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_LONG(threads)
        Z_PARAM_STR(file)
    ZEND_PARSE_PARAMETERS_END();
    for (started = 0; started < threads && started < MOST_THREADS; started++) {
        if (pthread_create(&thread[started], NULL, run, ZSTR_VAL(file)) != 0) {
            break;
        }
    }
    threads = started;
    while (started-- > 0) {
        pthread_join(thread[started], NULL);
    }
    RETURN_LONG(threads);
}

ZEND_BEGIN_ARG_INFO_EX(arginfo_next_request, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_run_in_threads, 0, 0, 2)
    ZEND_ARG_INFO(0, threads)
    ZEND_ARG_INFO(0, file)
ZEND_END_ARG_INFO()

static const zend_function_entry functions[] = {
    PHP_FE(next_request, arginfo_next_request)
    PHP_FE(run_in_threads, arginfo_run_in_threads)
    PHP_FE_END
};

zend_module_entry workers_module_entry = {
    STANDARD_MODULE_HEADER, "workers", functions, NULL, NULL, NULL, NULL, NULL, "1", STANDARD_MODULE_PROPERTIES
};

ZEND_GET_MODULE(workers)
