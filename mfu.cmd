@echo off
rem mfu: the command; see mfu --help. In a checkout it builds first if nothing is built yet; in the
rem unpacked archive of `mvn package` it runs the jars in lib\. Not tested on Windows.
setlocal
set "here=%~dp0"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME:"=%\bin\java.exe"
"%java%" --enable-native-access=ALL-UNNAMED --version >nul 2>nul
if errorlevel 1 (
  echo mfu: "%java%" is missing or too old. Install Java 17 or newer, or point JAVA_HOME at one. 1>&2
  exit /b 2
)
if not exist "%here%pom.xml" (
  if not exist "%here%lib" (
    echo mfu: "%here%" has neither pom.xml nor lib. Run the mfu.cmd of a checkout or of the unpacked archive. 1>&2
    exit /b 2
  )
  set "CLASSPATH=%here%lib\*"
  goto run
)
if not exist "%here%target\classpath.txt" (
  echo Building first ^(mvn compile^) ... 1>&2
  call mvn -B -q -f "%here%pom.xml" -Dspotless.check.skip=true %MFU_MAVEN% compile 1>&2 || exit /b 2
)
rem Not set /p, which reads no more than 1023 characters.
for /f "usebackq delims=" %%c in ("%here%target\classpath.txt") do set "CLASSPATH=%here%target\classes;%%c"
:run
"%java%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED %MFU_JAVA_OPTS% -Dmfu.command=mfu org.mfujmh.cli.Mfu %*
