-- The floor of `main.py bench ledger`: replays the CALLs of a file as fast as sysbench can.
--
-- sysbench 1.0's own driver knows no second answer of a CALL (error 2014), so its client library, libmariadb, is
-- called directly. Each thread has two lines of the file and takes them in turns; REQUEST stands for 32 hexadecimal
-- digits. The password comes in MYSQL_PWD, which no list of processes shows to other users.

local ffi = require("ffi")
ffi.cdef([[
typedef struct st_mysql MYSQL;
typedef struct st_mysql_res MYSQL_RES;
MYSQL *mysql_init(MYSQL *);
MYSQL *mysql_real_connect(MYSQL *, const char *host, const char *user, const char *password, const char *database,
                          unsigned int port, const char *socket, unsigned long flags);
int mysql_real_query(MYSQL *, const char *statement, unsigned long length);
MYSQL_RES *mysql_store_result(MYSQL *);
void mysql_free_result(MYSQL_RES *);
int mysql_next_result(MYSQL *);
const char *mysql_error(MYSQL *);
void mysql_close(MYSQL *);
]])
local client = ffi.C

sysbench.cmdline.options = {
  calls = {"File of CALLs, two lines a thread", ""},
  socket = {"Unix socket of the server", ""},
  user = {"User", ""},
  database = {"Database", ""},
}

local connection
local calls = {}
local turn = 0

local function fail()
  error(ffi.string(client.mysql_error(connection)))
end

function thread_init()
  local options = sysbench.opt
  connection = client.mysql_init(nil)
  if client.mysql_real_connect(connection, nil, options.user, os.getenv("MYSQL_PWD"), options.database, 0,
                               options.socket, 0) == nil then
    fail()
  end
  local number = 0
  for line in io.lines(options.calls) do
    if math.floor(number / 2) == sysbench.tid then
      table.insert(calls, line)
    end
    number = number + 1
  end
end

local function request()
  local digits = {}
  for part = 1, 8 do
    digits[part] = string.format("%04x", sysbench.rand.uniform(0, 65535))
  end
  return table.concat(digits)
end

function event()
  turn = turn + 1
  local call = calls[turn % 2 + 1]:gsub("REQUEST", request())
  if client.mysql_real_query(connection, call, #call) ~= 0 then
    fail()
  end
  local more
  repeat
    local rows = client.mysql_store_result(connection)
    if rows ~= nil then
      client.mysql_free_result(rows)
    end
    more = client.mysql_next_result(connection)
  until more ~= 0
  if more > 0 then
    fail()
  end
end

function thread_done()
  client.mysql_close(connection)
end

function sysbench.hooks.report_cumulative(stat)
  print(string.format('{"movements": %d, "seconds": %.6f, "p99_ms": %.3f}', stat.events, stat.time_total,
                      stat.latency_pct * 1000))
end
